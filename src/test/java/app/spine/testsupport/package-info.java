/**
 * What tests of every package share: the database, and the packaged program as a process.
 *
 * <p>Only tests use it, and it stands above every package. Decided here: tests run against the real PostgreSQL and the
 * real program, never against stand-ins for them.
 */
@NullMarked
package app.spine.testsupport;

import org.jspecify.annotations.NullMarked;
