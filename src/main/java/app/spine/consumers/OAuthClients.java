package app.spine.consumers;

import app.spine.events.DomainEvent;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/**
 * Binds consumers to clients of the OIDC provider. Every method runs in the transaction that its caller opened.
 *
 * <p>A binding gives the client's tokens the consumer's own scopes on the binding academy's own data, and nothing of
 * whoever owns the client.
 */
@ApplicationScoped
public class OAuthClients {

    private static final String CLAIMED_ONCE = "oauth_client_claims_pkey";

    private final EntityManager entities;
    private final Event<DomainEvent> events;
    private final Consumers consumers;
    private final AcademyLimits limits;
    private final OidcConfig config;
    private final Clock clock;

    OAuthClients(
            EntityManager entities,
            Event<DomainEvent> events,
            Consumers consumers,
            AcademyLimits limits,
            OidcConfig config,
            Clock clock) {
        this.entities = entities;
        this.events = events;
        this.consumers = consumers;
        this.limits = limits;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Binds a client, in place of the one that was bound before. The one that is bound already stays, and nothing changes.
     *
     * @throws Problem 404, 403 when the consumer holds or awaits what the caller's key does not hold, 409 when the client
     *     is bound elsewhere or the installation knows no provider
     */
    public ConsumerView bind(String consumerId, String clientId) {
        Consumer consumer = require(consumerId);
        consumers.refuseChanging(consumer);
        String issuer = config.issuer()
                .orElseThrow(() -> new Problem(
                        HttpProblem.CONFLICT,
                        "No OIDC provider is configured in this installation. Its operator sets spine.oidc.issuer."));
        ConsumerView before = view(consumer);
        if (new OAuthClient(issuer, clientId).equals(before.oauthClient())) {
            return before;
        }
        change(consumer, issuer, clientId);
        ConsumerView after = view(consumer);
        events.fire(new ConsumerEvent.ClientBound(before, after));
        return after;
    }

    /**
     * Ends the binding: no token of the client counts any more, on any node within a second.
     *
     * @throws Problem 404
     */
    public ConsumerView unbind(String consumerId) {
        Consumer consumer = require(consumerId);
        ConsumerView before = view(consumer);
        if (before.oauthClient() == null) {
            return before;
        }
        change(consumer, null, null);
        ConsumerView after = view(consumer);
        events.fire(new ConsumerEvent.ClientUnbound(before, after));
        return after;
    }

    /** With its row locked, so that a change that comes at the same time waits instead of failing. */
    private Consumer require(String id) {
        Consumer consumer = consumers.require(id);
        entities.refresh(consumer, LockModeType.PESSIMISTIC_WRITE);
        return consumer;
    }

    private void change(Consumer consumer, @Nullable String issuer, @Nullable String clientId) {
        consumer.oauthIssuer = issuer;
        consumer.oauthClientId = clientId;
        consumer.updatedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        try {
            entities.flush();
        } catch (ConstraintViolationException e) {
            if (!Objects.equals(e.getConstraintName(), CLAIMED_ONCE)) {
                throw e;
            }
            throw new Problem(
                    HttpProblem.CONFLICT,
                    Reason.at(
                            HttpProblem.CONFLICT,
                            "/client_id",
                            "The client is bound to a consumer already, and it can be bound to one only: use another"
                                    + " client, or have that binding ended."));
        }
    }

    private ConsumerView view(Consumer consumer) {
        return ConsumerView.of(consumer, limits.ofAcademy());
    }
}
