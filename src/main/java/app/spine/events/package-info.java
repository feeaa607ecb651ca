/**
 * What happened, said once by the feature it happened to and heard by whoever needs it: the audit trail now, webhooks
 * and the event feed beside it. Uses nothing, so that features and their listeners never know each other. An event is
 * fired inside the transaction of its change and commits or vanishes with it.
 */
@NullMarked
package app.spine.events;

import org.jspecify.annotations.NullMarked;
