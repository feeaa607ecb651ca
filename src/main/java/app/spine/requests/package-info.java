/**
 * The request log as it is read: by filter, newest first, and one request by the id that its answer carried. A page looks
 * at a bounded number of rows, however rare what it asks for is, so that the log needs few indexes: each of them would be
 * paid for by every request. {@code access} writes the log. Uses tenancy, events and http.
 */
@NullMarked
package app.spine.requests;

import org.jspecify.annotations.NullMarked;
