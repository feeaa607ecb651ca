/**
 * The PostgreSQL that a start without a JDBC URL brings along, kept in {@code .spine/} between starts.
 *
 * <p>It knows no other package; only the program's entry and the tests use it. Decided here: it is a real server with
 * real roles, passwords and durable commits, so that nothing behaves differently on a database of one's own; and any
 * start, whatever the last one died of, finishes what was left half done.
 */
@NullMarked
package app.spine.embedded;

import org.jspecify.annotations.NullMarked;
