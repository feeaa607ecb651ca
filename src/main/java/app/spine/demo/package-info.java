/**
 * The demo academy and a second one beside it, so that a fresh start has something to call and a leak between academies
 * would show. Made on the embedded database, or where {@code spine.demo} asks for it; never by itself on a real one. May
 * use every feature. Its rows are written by the owner role in one transaction: there is all of it or nothing.
 */
@NullMarked
package app.spine.demo;

import org.jspecify.annotations.NullMarked;
