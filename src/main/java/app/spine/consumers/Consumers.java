package app.spine.consumers;

import app.spine.events.CurrentOrigin;
import app.spine.events.DomainEvent;
import app.spine.http.ETags;
import app.spine.http.GrantedScopes;
import app.spine.http.HttpProblem;
import app.spine.http.PatchReader;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The operations on consumers. Every method runs in the transaction that its caller opened. */
@ApplicationScoped
public class Consumers {

    private static final int NAMES = 500;

    private final EntityManager entities;
    private final Event<DomainEvent> events;
    private final GrantedScopes granted;
    private final AcademyLimits limits;
    private final CurrentOrigin origin;
    private final PatchReader patches;
    private final Clock clock;

    Consumers(
            EntityManager entities,
            Event<DomainEvent> events,
            GrantedScopes granted,
            AcademyLimits limits,
            CurrentOrigin origin,
            PatchReader patches,
            Clock clock) {
        this.entities = entities;
        this.events = events;
        this.granted = granted;
        this.limits = limits;
        this.origin = origin;
        this.patches = patches;
        this.clock = clock;
    }

    /**
     * Registers a consumer.
     *
     * @throws Problem 403 when a scope is asked for that the caller does not hold
     */
    public ConsumerView create(NewConsumer wanted) {
        refuseGranting(
                wanted.scopes().stream().map(Scope::wire).toList(),
                i -> "/scopes/" + i,
                scope -> "Your key does not hold " + scope + ", so it cannot grant it.");
        Consumer consumer =
                Consumer.of(UuidV7.create(clock), wanted, origin.actor().id(), now());
        entities.persist(consumer);
        // Its version is part of the view.
        entities.flush();
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

    /** Up to {@code limit + 1} consumers with scopes that wait for approval. */
    List<Consumer> listWaiting(@Nullable UUID after, int limit) {
        return entities.createQuery(
                        "from Consumer where scopesRequestedAt is not null and id > :after order by id", Consumer.class)
                .setParameter("after", after == null ? new UUID(0, 0) : after)
                .setMaxResults(limit + 1)
                .getResultList();
    }

    /**
     * One consumer.
     *
     * @throws Problem 404
     */
    public ConsumerView read(String id) {
        return ConsumerView.of(require(id), limits.ofAcademy());
    }

    /**
     * What it and its academy rely on.
     *
     * @throws Problem 404
     */
    public ConsumerContract contract(String id) {
        return ConsumerContract.of(require(id), limits.ofAcademy());
    }

    /** The same; null for one that is not there. */
    public @Nullable ConsumerView find(String id) {
        Consumer found = TypeId.parse("consumer", id)
                .map(uuid -> entities.find(Consumer.class, uuid))
                .orElse(null);
        return found == null ? null : ConsumerView.of(found, limits.ofAcademy());
    }

    /** What the newest consumers are called, by their public id; {@value #NAMES} at most. */
    public Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        entities.createQuery("select id, name from Consumer order by id desc", Object[].class)
                .setMaxResults(NAMES)
                .getResultStream()
                .forEach(row -> names.put(TypeId.format("consumer", (UUID) row[0]), (String) row[1]));
        return names;
    }

    Consumer require(String id) {
        return TypeId.parse("consumer", id)
                .map(uuid -> entities.find(Consumer.class, uuid))
                .orElseThrow(Problem::notFound);
    }

    /**
     * Changes a consumer by a merge patch (RFC 7396) over {@link ConsumerDetails}.
     *
     * @throws Problem 404, 412 when {@code ifMatch} is not the current ETag, 422, 403 when the consumer holds or is to
     *     hold what the caller's key does not
     */
    ConsumerView change(String id, String ifMatch, JsonNode patch) throws JsonProcessingException {
        Consumer consumer = requireUnchanged(id, ifMatch);
        return change(consumer, patches.apply(consumer.details(), patch, ConsumerDetails.class));
    }

    /**
     * Changes a consumer to what is wanted, which the caller has validated.
     *
     * @throws Problem as for a patch
     */
    public ConsumerView change(String id, String ifMatch, ConsumerDetails wanted) {
        return change(requireUnchanged(id, ifMatch), wanted);
    }

    /**
     * What a change of a consumer starts from.
     *
     * @throws Problem 404
     */
    public ConsumerDetails details(String id) {
        return require(id).details();
    }

    private Consumer requireUnchanged(String id, String ifMatch) {
        Consumer consumer = require(id);
        ConsumerView before = ConsumerView.of(consumer, limits.ofAcademy());
        if (!ETags.ifMatch(ifMatch, before.etag())) {
            throw new Problem(
                    HttpProblem.STALE,
                    Reason.inHeader(
                            HttpProblem.STALE,
                            "If-Match",
                            "The record is no longer the one of this ETag. Read it again and decide anew."));
        }
        return consumer;
    }

    private ConsumerView change(Consumer consumer, ConsumerDetails wanted) {
        EffectiveLimits academy = limits.ofAcademy();
        ConsumerView before = ConsumerView.of(consumer, academy);
        ConsumerDetails current = consumer.details();
        if (wanted.normalised().equals(current)) {
            return before;
        }
        refuseEscalation(consumer, current, wanted);
        consumer.describe(wanted.normalised(), origin.actor().id(), now());
        // The version rises with this flush, and a change that came first makes it fail: 412.
        entities.flush();
        ConsumerView after = ConsumerView.of(consumer, academy);
        events.fire(
                current.status() == wanted.status()
                        ? new ConsumerEvent.Updated(before, after)
                        : switch (wanted.status()) {
                            case SUSPENDED -> new ConsumerEvent.Suspended(before, after);
                            case ACTIVE -> new ConsumerEvent.Restored(before, after);
                        });
        return after;
    }

    /**
     * Notes which version of the contract a consumer was built against. What was said already stays, and nothing changes.
     *
     * @throws Problem 404, 403 when the consumer holds or awaits what the caller's key does not hold
     */
    ConsumerContract agree(String id, String version) {
        Consumer consumer = require(id);
        // Whoever changes the consumer at the same time waits instead of failing.
        entities.refresh(consumer, LockModeType.PESSIMISTIC_WRITE);
        refuseChanging(consumer);
        EffectiveLimits academy = limits.ofAcademy();
        ConsumerContract before = ConsumerContract.of(consumer, academy);
        if (before.agreedAt() != null && before.contractVersion().equals(version)) {
            return before;
        }
        consumer.agree(version, origin.actor().id(), now());
        entities.flush();
        ConsumerContract after = ConsumerContract.of(consumer, academy);
        events.fire(new ConsumerEvent.ContractAgreed(before, after));
        return after;
    }

    /**
     * Nobody makes more of a consumer than its own key is: a stronger consumer stays as it is, since who names its owner
     * or lifts its limits has a part in what it may do, and nobody changes its own limits. Suspending alone is anybody's
     * who may revoke keys, as the quickest way to stop a consumer.
     */
    private void refuseEscalation(Consumer consumer, ConsumerDetails current, ConsumerDetails wanted) {
        if (wanted.normalised().equals(current.with(ConsumerStatus.SUSPENDED))) {
            return;
        }
        refuseChanging(consumer);
        refuseGranting(
                wanted.scopes().stream().map(Scope::wire).toList(),
                i -> "/scopes/" + i,
                scope -> "Your key does not hold " + scope + ", so it cannot grant it.");
        boolean own =
                TypeId.format("consumer", consumer.id).equals(origin.actor().id());
        if (own && !wanted.requireLimits().equals(current.requireLimits())) {
            throw new Problem(
                    HttpProblem.INVALID,
                    Reason.at(
                            HttpProblem.INVALID,
                            "/limits",
                            "A consumer does not change its own limits: ask an owner or admin of the academy."));
        }
    }

    /** A consumer that holds or awaits what the caller's key does not hold is changed by somebody else. */
    void refuseChanging(Consumer consumer) {
        refuseGranting(
                consumer.details().scopes().stream().map(Scope::wire).toList(),
                i -> "",
                scope -> "The consumer holds or awaits " + scope
                        + " and your key does not hold it, so it cannot change it.");
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
