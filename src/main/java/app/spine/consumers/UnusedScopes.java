package app.spine.consumers;

import app.spine.events.DomainEvent;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Least privilege: scopes that a consumer has held for 30 days without calling an operation that takes them. Any call that
 * reached the operation is a use, refused or not: it shows that the scope is wanted. A scope that no operation takes is not
 * listed, since nobody could have used it. Every method runs in the transaction that its caller opened.
 */
@ApplicationScoped
public class UnusedScopes {

    static final int DAYS = 30;

    // Counting is seconds behind; after a day without it, what is called unused may well be in use.
    private static final Duration MAX_LAG = Duration.ofDays(1);

    private final EntityManager entities;
    private final Event<DomainEvent> events;
    private final Consumers consumers;
    private final AcademyLimits limits;
    private final Usage usage;
    private final OperationScopes operations;
    private final Clock clock;

    UnusedScopes(
            EntityManager entities,
            Event<DomainEvent> events,
            Consumers consumers,
            AcademyLimits limits,
            Usage usage,
            OperationScopes operations,
            Clock clock) {
        this.entities = entities;
        this.events = events;
        this.consumers = consumers;
        this.limits = limits;
        this.usage = usage;
        this.operations = operations;
        this.clock = clock;
    }

    /** In the order of the contract's list. */
    List<UnusedScope> list(String consumerId) throws SQLException {
        return unused(consumers.require(consumerId));
    }

    /**
     * Takes scopes from the consumer, all of them or none.
     *
     * @throws Problem 422 when one of them is in use or was granted lately, 409 when use was not counted for a day
     */
    public ConsumerView remove(String consumerId, ScopeRemoval wanted) throws SQLException {
        Consumer consumer = consumers.require(consumerId);
        // Whoever changes the scopes at the same time comes before or after, never between the look and the change.
        entities.refresh(consumer, LockModeType.PESSIMISTIC_WRITE);
        ConsumerView before = ConsumerView.of(consumer, limits.ofAcademy());
        List<String> held = wanted.scopes().stream()
                .map(Scope::wire)
                .filter(consumer.scopes::contains)
                .toList();
        if (held.isEmpty()) {
            return before;
        }
        refuseUncounted();
        refuseUsed(consumer, wanted);
        consumer.scopes = new ArrayList<>(
                consumer.scopes.stream().filter(scope -> !held.contains(scope)).toList());
        consumer.updatedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        entities.flush();
        ConsumerView after = ConsumerView.of(consumer, limits.ofAcademy());
        events.fire(new ConsumerEvent.ScopesDropped(before, after));
        return after;
    }

    /** Each scope that a consumer holds, in the order of the contract's list. */
    public List<HeldScope> held(String consumerId) throws SQLException {
        Consumer consumer = consumers.require(consumerId);
        Map<String, LocalDate> lastUsed = lastUsed(consumer);
        Map<String, Instant> grants = usage.grants(consumer.id);
        Set<Scope> unused =
                unused(lastUsed, grants).stream().map(UnusedScope::scope).collect(Collectors.toSet());
        return consumer.scopes.stream()
                .flatMap(scope -> Scope.parse(scope).stream())
                .sorted()
                .map(scope -> new HeldScope(
                        scope, grants.get(scope.wire()), lastUsed.get(scope.wire()), unused.contains(scope)))
                .toList();
    }

    private List<UnusedScope> unused(Consumer consumer) throws SQLException {
        return unused(lastUsed(consumer), usage.grants(consumer.id));
    }

    /** The last day of the past year on which each scope was used. */
    private Map<String, LocalDate> lastUsed(Consumer consumer) throws SQLException {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return usage.lastDays(consumer.id, today.minusYears(1)).entrySet().stream()
                .flatMap(use -> operations.of(use.getKey()).stream().map(scope -> Map.entry(scope, use.getValue())))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one.isAfter(other) ? one : other));
    }

    private List<UnusedScope> unused(Map<String, LocalDate> lastUsed, Map<String, Instant> grants) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Instant latest = clock.instant().minus(Duration.ofDays(DAYS));
        Set<String> usable = operations.all();
        return grants.entrySet().stream()
                .filter(grant ->
                        usable.contains(grant.getKey()) && !grant.getValue().isAfter(latest))
                .filter(grant -> {
                    LocalDate last = lastUsed.get(grant.getKey());
                    return last == null || last.isBefore(today.minusDays(DAYS));
                })
                .flatMap(grant -> Scope.parse(grant.getKey()).stream()
                        .map(scope -> new UnusedScope(scope, grant.getValue(), lastUsed.get(grant.getKey()))))
                .sorted((one, other) -> one.scope().compareTo(other.scope()))
                .toList();
    }

    private void refuseUncounted() throws SQLException {
        Instant countedUntil = usage.countedUntil();
        if (countedUntil.isBefore(clock.instant().minus(MAX_LAG))) {
            throw new Problem(
                    HttpProblem.CONFLICT,
                    "Use is counted up to " + countedUntil
                            + " only, so nobody knows what is unused. Try again when it is" + " counted up to today.");
        }
    }

    private void refuseUsed(Consumer consumer, ScopeRemoval wanted) throws SQLException {
        Set<Scope> unused = unused(consumer).stream().map(UnusedScope::scope).collect(Collectors.toSet());
        List<Reason> reasons = new ArrayList<>();
        for (int i = 0; i < wanted.scopes().size(); i++) {
            Scope scope = wanted.scopes().get(i);
            if (consumer.scopes.contains(scope.wire()) && !unused.contains(scope)) {
                reasons.add(Reason.at(
                        HttpProblem.INVALID,
                        "/scopes/" + i,
                        scope.wire() + " was used or granted in the last " + DAYS
                                + " days. Remove only what the list of unused scopes names now."));
            }
        }
        if (!reasons.isEmpty()) {
            throw new Problem(HttpProblem.INVALID, "A scope that is in use stays.", reasons);
        }
    }
}
