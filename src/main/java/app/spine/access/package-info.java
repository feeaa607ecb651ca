/**
 * The way of a request under {@code /v1}, in order:
 *
 * <ol>
 *   <li>{@link app.spine.access.OpenExchange} gives it an id and notes what the log will say;
 *   <li>{@link app.spine.access.AuthenticateKey} proves the key (format, checksum, keyed hash, bounded caches), and
 *       {@link app.spine.access.AuthenticateToken} a token of the OIDC provider (signature, claims, then the consumer);
 *   <li>Quarkus checks the scope that stands beside the operation ({@code @PermissionsAllowed});
 *   <li>{@link app.spine.access.EnterTenant} makes the key's tenant the current one;
 *   <li>{@link app.spine.access.SpendLimit} takes the operation's cost from all of the consumer's policies, or from none, in
 *       the node's memory or in a Valkey that all nodes share;
 *   <li>{@link app.spine.access.RunInTransaction} opens the transaction of a change, gives a repeated request its first
 *       answer ({@link app.spine.access.ReplayIdempotent}), and writes answer and log row in it;
 *   <li>{@link app.spine.access.RecordAnswer} holds every other answer until its row is durable in
 *       {@link app.spine.access.RequestLog}.
 * </ol>
 *
 * <p>It fails closed: without the log no answer leaves but 503. Refusals take the same way through
 * {@link app.spine.access.ProblemAnswers}. Uses consumers, tenancy, events and http; no feature knows it.
 */
@NullMarked
package app.spine.access;

import org.jspecify.annotations.NullMarked;
