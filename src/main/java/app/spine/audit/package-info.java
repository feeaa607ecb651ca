/**
 * The audit trail: one record of each change, in its transaction, with salted hashes of the values before and after. The
 * values stand apart, so that they can be erased for a person while the trail keeps its proof. Hears domain events and
 * knows no feature. Uses tenancy, events and http.
 */
@NullMarked
package app.spine.audit;

import org.jspecify.annotations.NullMarked;
