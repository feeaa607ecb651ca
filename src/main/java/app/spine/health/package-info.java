/**
 * Whether this node should get traffic, for balancers and Coolify: liveness, readiness and start, without a key. Readiness
 * holds the database alone, asked once a second on a connection of its own, so that overload does not make the node
 * unready and a burst of probes costs nothing. The bodies hold the status only. May use providers, http and tenancy.
 */
@NullMarked
package app.spine.health;

import org.jspecify.annotations.NullMarked;
