package app.spine.consumers;

import app.spine.events.DomainEvent;
import app.spine.http.GrantedScopes;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The operations on consumers. Every method runs in the transaction that its caller opened. */
@ApplicationScoped
class Consumers {

    private final EntityManager entities;
    private final Event<DomainEvent> events;
    private final GrantedScopes granted;
    private final AcademyLimits limits;
    private final Clock clock;

    Consumers(
            EntityManager entities,
            Event<DomainEvent> events,
            GrantedScopes granted,
            AcademyLimits limits,
            Clock clock) {
        this.entities = entities;
        this.events = events;
        this.granted = granted;
        this.limits = limits;
        this.clock = clock;
    }

    ConsumerView create(NewConsumer wanted) {
        refuseGranting(
                wanted.scopes().stream().map(Scope::wire).toList(),
                i -> "/scopes/" + i,
                scope -> "Your key does not hold " + scope + ", so it cannot grant it.");
        Consumer consumer = Consumer.of(UuidV7.create(clock), wanted, now());
        entities.persist(consumer);
        ConsumerView view = ConsumerView.of(consumer, limits.ofAcademy());
        events.fire(new ConsumerEvent.Created(view));
        return view;
    }

    /** Up to {@code limit + 1} consumers in the order of their making. */
    List<Consumer> list(@Nullable UUID after, int limit) {
        return entities.createQuery("from Consumer where id > :after order by id", Consumer.class)
                .setParameter("after", after == null ? new UUID(0, 0) : after)
                .setMaxResults(limit + 1)
                .getResultList();
    }

    Consumer require(String id) {
        return TypeId.parse("consumer", id)
                .map(uuid -> entities.find(Consumer.class, uuid))
                .orElseThrow(Problem::notFound);
    }

    /** Whoever has a key of the consumer has its scopes, so making one grants them all. */
    void refuseStronger(Consumer consumer) {
        refuseGranting(
                consumer.scopes,
                i -> "",
                scope -> "The consumer holds " + scope + " and your key does not, so it cannot make a key for it.");
    }

    /** An API caller grants only what its own key holds: a key that could make a stronger one would hold everything. */
    private void refuseGranting(List<String> scopes, IntFunction<String> pointer, UnaryOperator<String> detail) {
        List<Reason> reasons = IntStream.range(0, scopes.size())
                .filter(i -> !granted.has(scopes.get(i)))
                .mapToObj(i -> Reason.at(HttpProblem.INSUFFICIENT_SCOPE, pointer.apply(i), detail.apply(scopes.get(i))))
                .toList();
        if (!reasons.isEmpty()) {
            throw Problem.insufficientScope(
                    scopes.stream().filter(scope -> !granted.has(scope)).toList(),
                    "A caller grants only scopes that its own key holds.",
                    reasons);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MICROS);
    }
}
