package app.spine.consumers;

import app.spine.events.CurrentOrigin;
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
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The operations on consumers and their keys. Every method runs in the transaction that its caller opened. */
@ApplicationScoped
class Consumers {

    private final EntityManager entities;
    private final Event<DomainEvent> events;
    private final GrantedScopes granted;
    private final CurrentOrigin origin;
    private final Peppers peppers;
    private final AcademyLimits limits;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Consumers(
            EntityManager entities,
            Event<DomainEvent> events,
            GrantedScopes granted,
            CurrentOrigin origin,
            Peppers peppers,
            AcademyLimits limits,
            Clock clock) {
        this.entities = entities;
        this.events = events;
        this.granted = granted;
        this.origin = origin;
        this.peppers = peppers;
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

    /** Up to {@code limit + 1} keys of a consumer in the order of their making. */
    List<ApiKey> listKeys(Consumer consumer, @Nullable UUID after, int limit) {
        return entities.createQuery(
                        "from ApiKey where consumerId = :consumer and id > :after order by id", ApiKey.class)
                .setParameter("consumer", consumer.id)
                .setParameter("after", after == null ? new UUID(0, 0) : after)
                .setMaxResults(limit + 1)
                .getResultList();
    }

    /** The key the current call was made with; null when it was not made with one of this tenant. */
    @Nullable
    ApiKey findOwnKey() {
        return TypeId.parse("key", origin.actor().keyId())
                .map(uuid -> entities.find(ApiKey.class, uuid))
                .orElse(null);
    }

    IssuedKey issueKey(String consumerId, NewKey wanted) {
        Consumer consumer = require(consumerId);
        // Whoever has the key has the consumer's scopes, so issuing one grants them all.
        refuseGranting(
                consumer.scopes,
                i -> "",
                scope -> "The consumer holds " + scope + " and your key does not, so it cannot issue a key for it.");
        Instant now = now();
        refuseUnusable(wanted, now);
        String text = KeyText.generate(Environment.parse(consumer.environment).orElseThrow(), random);
        ApiKey key = new ApiKey(
                UuidV7.create(clock), consumer.id, text, peppers, origin.actor().id(), now);
        key.notBefore = wanted.notBefore();
        key.expiresAt = wanted.expiresAt();
        entities.persist(key);
        KeyView view = KeyView.of(key, now);
        events.fire(new ConsumerEvent.KeyIssued(TypeId.format("consumer", consumer.id), view));
        return new IssuedKey(view.id(), text, view.notBefore(), view.expiresAt());
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

    private static void refuseUnusable(NewKey wanted, Instant now) {
        Instant expiresAt = wanted.expiresAt();
        if (expiresAt == null) {
            return;
        }
        if (!expiresAt.isAfter(now)) {
            throw invalid("/expires_at", "expires_at lies in the past: choose a later time or leave it out.");
        }
        if (wanted.notBefore() != null && !wanted.notBefore().isBefore(expiresAt)) {
            throw invalid("/not_before", "not_before must lie before expires_at.");
        }
    }

    private static Problem invalid(String pointer, String detail) {
        return new Problem(HttpProblem.INVALID, Reason.at(HttpProblem.INVALID, pointer, detail));
    }

    private Instant now() {
        return clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MICROS);
    }
}
