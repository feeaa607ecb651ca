/**
 * Who may call: consumers, their API keys, scopes, rotation, contract and use.
 *
 * <p>Uses {@code tenancy}, {@code events} and {@code http}; {@code access} builds the request pipeline on it.
 *
 * <p>Decided here: a key carries its own checksum, so that a mistyped or invented one is refused before any table or
 * counter is touched, and it is stored only as an HMAC under a pepper that is not in the database.
 */
@NullMarked
package app.spine.consumers;

import org.jspecify.annotations.NullMarked;
