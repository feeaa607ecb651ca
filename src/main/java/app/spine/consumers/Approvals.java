package app.spine.consumers;

import app.spine.events.CurrentOrigin;
import app.spine.events.DomainEvent;
import app.spine.http.HttpProblem;
import app.spine.http.Page;
import app.spine.http.Problem;
import app.spine.http.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two people agree on sensitive scopes: who asked for them cannot grant them, which the database holds as well. For people
 * alone; no API approves. Every method runs in the transaction that its caller opened.
 */
@ApplicationScoped
public class Approvals {

    private static final String LIST = "portal-approvals";

    private final EntityManager entities;
    private final Event<DomainEvent> events;
    private final Consumers consumers;
    private final AcademyLimits limits;
    private final CurrentOrigin origin;
    private final Clock clock;

    Approvals(
            EntityManager entities,
            Event<DomainEvent> events,
            Consumers consumers,
            AcademyLimits limits,
            CurrentOrigin origin,
            Clock clock) {
        this.entities = entities;
        this.events = events;
        this.consumers = consumers;
        this.limits = limits;
        this.origin = origin;
        this.clock = clock;
    }

    /** One page of what waits. */
    public Page<WaitingScopes> list(@Nullable String after, int limit) {
        return Page.of(
                consumers.listWaiting(Page.after(after, LIST, "").orElse(null), limit),
                limit,
                LIST,
                "",
                consumer -> consumer.id,
                WaitingScopes::of);
    }

    /**
     * What waits of one consumer.
     *
     * @throws Problem 404 when nothing does
     */
    public WaitingScopes require(String consumerId) {
        Consumer consumer = consumers.require(consumerId);
        if (consumer.scopesRequestedAt == null) {
            throw Problem.notFound();
        }
        return WaitingScopes.of(consumer);
    }

    /** The latest decisions, the newest first. */
    public List<DecidedScopes> decided(int limit) {
        return entities
                .createQuery(
                        "select d, c from ScopeDecision d join Consumer c on c.id = d.consumerId order by d.id desc",
                        Object[].class)
                .setMaxResults(limit)
                .getResultList()
                .stream()
                .map(row -> DecidedScopes.of((ScopeDecision) row[0], (Consumer) row[1]))
                .toList();
    }

    /** How many consumers wait. */
    public long count() {
        return entities.createQuery("select count(*) from Consumer where scopesRequestedAt is not null", Long.class)
                .getSingleResult();
    }

    /**
     * Grants what waits, all of it.
     *
     * @param seen the scopes that the person saw
     * @throws Problem 404, 409 when the person asked itself, or when something else waits by now
     */
    public ConsumerView approve(String consumerId, Set<String> seen, @Nullable String note) {
        Consumer consumer = requireWaiting(consumerId, seen);
        ConsumerView before = ConsumerView.of(consumer, limits.ofAcademy());
        decide(consumer, true, note);
        consumer.grantPending(now());
        ConsumerView after = saved(consumer);
        events.fire(new ConsumerEvent.ScopesApproved(before, after));
        return after;
    }

    /**
     * Ends the request without granting anything.
     *
     * @param seen the scopes that the person saw
     * @throws Problem 404, 409 when the person asked itself, or when something else waits by now
     */
    public ConsumerView refuse(String consumerId, Set<String> seen, @Nullable String note) {
        Consumer consumer = requireWaiting(consumerId, seen);
        ConsumerView before = ConsumerView.of(consumer, limits.ofAcademy());
        decide(consumer, false, note);
        consumer.dropPending(now());
        ConsumerView after = saved(consumer);
        events.fire(new ConsumerEvent.ScopesRefused(before, after));
        return after;
    }

    private Consumer requireWaiting(String consumerId, Set<String> seen) {
        Consumer consumer = consumers.require(consumerId);
        // Of two people who decide at the same time the second one finds nothing left.
        entities.refresh(consumer, LockModeType.PESSIMISTIC_WRITE);
        if (!Set.copyOf(consumer.scopesPending).equals(seen) || seen.isEmpty()) {
            throw new Problem(
                    HttpProblem.CONFLICT,
                    consumer.scopesPending.isEmpty()
                            ? "Somebody decided meanwhile, or the request was taken back."
                            : "Other scopes wait by now. Look at them and decide anew.");
        }
        if (origin.actor().id().equals(consumer.scopesRequestedBy)) {
            throw new Problem(
                    HttpProblem.CONFLICT, "You asked for these scopes yourself: another owner or admin decides.");
        }
        return consumer;
    }

    private void decide(Consumer consumer, boolean approved, @Nullable String note) {
        entities.persist(
                new ScopeDecision(UuidV7.create(clock), consumer, origin.actor().id(), now(), approved, note));
        entities.flush();
    }

    private ConsumerView saved(Consumer consumer) {
        entities.flush();
        return ConsumerView.of(consumer, limits.ofAcademy());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
