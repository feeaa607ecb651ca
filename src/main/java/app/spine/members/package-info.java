/**
 * The people of an academy: members, households, guardianships, pickup, waivers, holds and trial leads.
 *
 * <p>Uses {@code tenancy}, {@code events} and {@code http}; bookings and payments build on it.
 *
 * <p>Decided here: contacts are kept as they were given and again normalised, and searching goes by prefix over a table
 * of folded tokens, since row-level security lets no other text search reach an index.
 */
@NullMarked
package app.spine.members;

import org.jspecify.annotations.NullMarked;
