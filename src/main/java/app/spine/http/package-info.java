/**
 * What every resource speaks over HTTP: ids, cursors, conditional requests, merge patches, idempotency keys, clean text.
 *
 * <p>At the bottom of the map: it uses no other package, and every feature may use it.
 *
 * <p>Decided here: what a caller sent is parsed by strict functions that answer with an empty value or {@code false}
 * and never throw, so that no header or id can become a 500.
 */
@NullMarked
package app.spine.http;

import org.jspecify.annotations.NullMarked;
