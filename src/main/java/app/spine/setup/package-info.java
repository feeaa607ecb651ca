/**
 * How academies come to be: their rows, those of their first consumer and of its key, and the command that writes them.
 *
 * <p>Uses {@code consumers} and {@code http}; {@code demo} and the program's entry build on it.
 *
 * <p>Decided here: an academy is opened by the owner role over plain JDBC, in one transaction and without booting the
 * program, since the application's role can make no tenant and nobody has a key yet.
 */
@NullMarked
package app.spine.setup;

import org.jspecify.annotations.NullMarked;
