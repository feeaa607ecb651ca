package app.spine.consumers;

import app.spine.events.CurrentOrigin;
import app.spine.events.DomainEvent;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The life of keys. Every method runs in the transaction that its caller opened. Whoever changes a key locks its row
 * first, a replaced key before the one that replaces it.
 */
@ApplicationScoped
public class Keys {

    /** Who lost a key can rotate it away from its owner, who gets this long to notice. */
    private static final Duration LEAST_OWN_OVERLAP = Duration.ofHours(1);

    private final EntityManager entities;
    private final Event<DomainEvent> events;
    private final Consumers consumers;
    private final CurrentOrigin origin;
    private final Peppers peppers;
    private final AcademyLimits academy;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Keys(
            EntityManager entities,
            Event<DomainEvent> events,
            Consumers consumers,
            CurrentOrigin origin,
            Peppers peppers,
            AcademyLimits academy,
            Clock clock) {
        this.entities = entities;
        this.events = events;
        this.consumers = consumers;
        this.origin = origin;
        this.peppers = peppers;
        this.academy = academy;
        this.clock = clock;
    }

    /** Up to {@code limit + 1} keys of a consumer in the order of their making. */
    List<ApiKey> list(Consumer consumer, @Nullable UUID after, int limit) {
        return entities.createQuery(
                        "from ApiKey where consumerId = :consumer and id > :after order by id", ApiKey.class)
                .setParameter("consumer", consumer.id)
                .setParameter("after", after == null ? new UUID(0, 0) : after)
                .setMaxResults(limit + 1)
                .getResultList();
    }

    /** Up to {@code limit} keys of a consumer, those that were not revoked first, then the newest. */
    List<ApiKey> listForPeople(Consumer consumer, int limit) {
        return entities.createQuery(
                        "from ApiKey where consumerId = :consumer"
                                + " order by case when revokedAt is null then 0 else 1 end, id desc",
                        ApiKey.class)
                .setParameter("consumer", consumer.id)
                .setMaxResults(limit)
                .getResultList();
    }

    /** The key the current call was made with; null when it was not made with one of this tenant. */
    @Nullable
    ApiKey findOwn() {
        return TypeId.parse("key", origin.actor().keyId())
                .map(uuid -> entities.find(ApiKey.class, uuid))
                .orElse(null);
    }

    /**
     * Makes a key.
     *
     * @throws Problem 404, 403 when the consumer holds what the caller does not, 422
     */
    public IssuedKey issue(String consumerId, NewKey wanted) {
        Consumer consumer = consumers.require(consumerId);
        consumers.refuseStronger(consumer);
        Instant now = now();
        NewKey period = wanted.inMicros();
        Instant expiresAt = requireExpiry(period, now);
        String text = generate(consumer);
        ApiKey key = newKey(consumer.id, text, now);
        key.notBefore = period.notBefore();
        key.expiresAt = expiresAt;
        key.latestExpiresAt = period.expiresAt();
        key.networks = AllowedNetworks.require(wanted.networks());
        entities.persist(key);
        KeyView view = KeyView.of(key, now);
        events.fire(new ConsumerEvent.KeyIssued(publicId(consumer.id), view));
        return new IssuedKey(view.id(), text, view.notBefore(), view.expiresAt());
    }

    /**
     * Makes a key that takes the place of another, which goes on for the overlap.
     *
     * @throws Problem 404, 403 when the consumer holds what the caller does not, 422, 409 while a rotation is in progress
     */
    public RotatedKey rotate(String consumerId, String keyId, NewRotation wanted) {
        Consumer consumer = consumers.require(consumerId);
        ApiKey old = require(consumer, keyId);
        consumers.refuseStronger(consumer);
        wanted.refuseUnusable(Duration.ZERO);
        return replace(consumer, old, wanted);
    }

    /**
     * Rotates the key that the current call was made with.
     *
     * @throws Problem 422, 409 while a rotation is in progress, and for a call that was made with a token
     */
    RotatedKey rotateOwn(NewRotation wanted) {
        if (origin.actor().keyId() == null) {
            throw new Problem(
                    HttpProblem.CONFLICT,
                    "The call was made with a token, so there is no key to rotate: call with the key, or name it at"
                            + " /v1/consumers/{id}/keys/{key}/rotation.");
        }
        Consumer consumer = consumers.require(origin.actor().id());
        ApiKey old = require(consumer, String.valueOf(origin.actor().keyId()));
        wanted.refuseUnusable(LEAST_OWN_OVERLAP);
        return replace(consumer, old, wanted);
    }

    /**
     * Ends a key for good. A key that was revoked before stays as it is.
     *
     * @throws Problem 404
     */
    public KeyView end(String consumerId, String keyId) {
        return KeyView.of(revoke(consumerId, keyId), now());
    }

    /** Ends a key for good. A key that was revoked before stays as it is. */
    ApiKey revoke(String consumerId, String keyId) {
        ApiKey key = require(consumers.require(consumerId), keyId);
        Instant now = now();
        if (key.revokedAt == null) {
            KeyView before = KeyView.of(key, now);
            key.revokedAt = now;
            events.fire(new ConsumerEvent.KeyRevoked(publicId(key.consumerId), before, KeyView.of(key, now)));
        }
        return key;
    }

    /** Ends a key that became public and every live key rotated from it; returns how many. */
    int endLeaked(UUID keyId) {
        // Locked first, so that no rotation of it can be under way and missed.
        entities.find(ApiKey.class, keyId, LockModeType.PESSIMISTIC_WRITE);
        Instant now = now();
        List<ApiKey> live = entities
                .createQuery("from ApiKey where id in :ids and revokedAt is null order by id", ApiKey.class)
                .setParameter("ids", family(keyId))
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList()
                .stream()
                .filter(key -> key.isLive(now))
                .toList();
        for (ApiKey key : live) {
            KeyView before = KeyView.of(key, now);
            key.revokedAt = now;
            key.leakedAt = now;
            events.fire(new ConsumerEvent.KeyRevoked(publicId(key.consumerId), before, KeyView.of(key, now)));
        }
        return live.size();
    }

    /** The key and all that were rotated from it, one after another. */
    private List<UUID> family(UUID keyId) {
        return entities.createQuery("""
                        with family as (
                            select k.id as id from ApiKey k where k.id = :key
                            union
                            select k.id as id from ApiKey k join family f on k.replaces = f.id)
                        select f.id from family f""", UUID.class).setParameter("key", keyId).getResultList();
    }

    /** Says of each of these keys that it ends within so many days. */
    void announceEnds(Map<UUID, Short> days) {
        Instant now = now();
        entities.createQuery("from ApiKey where id in :ids order by id", ApiKey.class)
                .setParameter("ids", days.keySet())
                .getResultStream()
                .forEach(key -> events.fire(new ConsumerEvent.KeyExpiring(
                        publicId(key.consumerId),
                        new KeyEnd(KeyView.of(key, now), Objects.requireNonNull(days.get(key.id))))));
    }

    /** The first use of a key that replaces another: from now on the other one's overlap runs. Later uses change nothing. */
    void noteFirstUse(UUID keyId) {
        ApiKey found = entities.find(ApiKey.class, keyId);
        if (found == null || found.replaces == null || found.firstUsedAt != null) {
            return;
        }
        ApiKey old = entities.find(ApiKey.class, found.replaces, LockModeType.PESSIMISTIC_WRITE);
        entities.refresh(found, LockModeType.PESSIMISTIC_WRITE);
        if (found.firstUsedAt != null || old == null) {
            return;
        }
        Instant now = now();
        KeyRotation before = new KeyRotation(KeyView.of(found, now), KeyView.of(old, now));
        found.firstUsedAt = now;
        // A key that was given a second successor, since this one was revoked, follows that one's clock.
        if (found.id.equals(old.replacedBy)) {
            old.startClock(now);
        }
        KeyRotation after = new KeyRotation(KeyView.of(found, now), KeyView.of(old, now));
        events.fire(new ConsumerEvent.KeyFirstUsed(publicId(found.consumerId), before, after));
    }

    private RotatedKey replace(Consumer consumer, ApiKey old, NewRotation wanted) {
        Instant now = now();
        refuseUnrotatable(old, now);
        String text = generate(consumer);
        ApiKey key = newKey(consumer.id, text, now);
        key.networks = new ArrayList<>(old.networks);
        key.latestExpiresAt = old.latestExpiresAt;
        key.expiresAt = earlier(old.latestExpiresAt, oldest(now));
        key.replaces = old.id;
        KeyView before = KeyView.of(old, now);
        entities.persist(key);
        old.giveWayTo(key.id, wanted.oldKeyEnds(now), wanted.secondsAfterFirstUse());
        entities.flush();
        KeyView view = KeyView.of(key, now);
        KeyView replaced = KeyView.of(old, now);
        events.fire(new ConsumerEvent.KeyRotated(publicId(consumer.id), before, new KeyRotation(view, replaced)));
        return new RotatedKey(view.id(), text, view.expiresAt(), replaced.id(), Objects.requireNonNull(old.expiresAt));
    }

    private void refuseUnrotatable(ApiKey key, Instant now) {
        if (!key.isLive(now)) {
            throw new Problem(
                    HttpProblem.CONFLICT,
                    "The key is " + key.status(now) + ". Issue a new one instead of rotating it.");
        }
        if (key.notBefore != null && now.isBefore(key.notBefore)) {
            throw new Problem(
                    HttpProblem.CONFLICT,
                    "The key does not work before " + key.notBefore + ". Revoke it and issue another one.");
        }
        ApiKey successor = find(key.replacedBy);
        if (successor != null && successor.revokedAt == null) {
            throw inProgress("Another key is taking its place; it ends at " + key.expiresAt + ".");
        }
        ApiKey predecessor = find(key.replaces);
        if (predecessor != null && predecessor.isLive(now) && key.id.equals(predecessor.replacedBy)) {
            throw inProgress("It is taking the place of another key, which ends at " + predecessor.expiresAt + ".");
        }
    }

    private @Nullable ApiKey find(@Nullable UUID id) {
        return id == null ? null : entities.find(ApiKey.class, id);
    }

    private static Problem inProgress(String detail) {
        return new Problem(ConsumerProblem.ROTATION_IN_PROGRESS, detail);
    }

    /** The consumer's key with its row locked until the transaction ends. */
    ApiKey require(Consumer consumer, String id) {
        return TypeId.parse("key", id)
                .map(uuid -> entities.find(ApiKey.class, uuid, LockModeType.PESSIMISTIC_WRITE))
                .filter(key -> key.consumerId.equals(consumer.id))
                .orElseThrow(Problem::notFound);
    }

    private String generate(Consumer consumer) {
        return KeyText.generate(Environment.parse(consumer.environment).orElseThrow(), random);
    }

    private ApiKey newKey(UUID consumerId, String text, Instant now) {
        return new ApiKey(
                UuidV7.create(clock), consumerId, text, peppers, origin.actor().id(), now);
    }

    /** The end of a new key: what is asked for, or as late as the academy lets a key of now become. */
    private @Nullable Instant requireExpiry(NewKey wanted, Instant now) {
        Instant oldest = oldest(now);
        Instant expiresAt = wanted.expiresAt() == null ? oldest : wanted.expiresAt();
        if (expiresAt == null) {
            return null;
        }
        if (!expiresAt.isAfter(now)) {
            throw invalid("/expires_at", "expires_at lies in the past: choose a later time or leave it out.");
        }
        if (oldest != null && expiresAt.isAfter(oldest)) {
            throw invalid(
                    "/expires_at",
                    "The academy lets no key of today live beyond " + oldest + ": choose an earlier time.");
        }
        if (wanted.notBefore() != null && !wanted.notBefore().isBefore(expiresAt)) {
            throw invalid("/not_before", "not_before must lie before expires_at, here " + expiresAt + ".");
        }
        return expiresAt;
    }

    private @Nullable Instant oldest(Instant now) {
        Duration age = academy.findMaxKeyAge();
        return age == null ? null : now.plus(age);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    private static Problem invalid(String pointer, String detail) {
        return new Problem(HttpProblem.INVALID, Reason.at(HttpProblem.INVALID, pointer, detail));
    }

    static String publicId(UUID consumerId) {
        return TypeId.format("consumer", consumerId);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
