package app.spine.consumers;

import app.spine.http.TypeId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keys that became public, those that web pages send, and those that end soon. Every method runs in the transaction that its caller opened. */
@ApplicationScoped
public class KeysToReplace {

    /** How many of each are listed at most. */
    public static final int MOST = 100;

    /** From when on the owner of a key is reminded of its end. */
    public static final Duration SOON = Duration.ofDays(30);

    /** How long a leak is news. */
    public static final Duration LATELY = Duration.ofDays(7);

    // Few keys ever come from a page; each is found by its own index.
    private static final String EXPOSED = "from KeyOrigin o join ApiKey k on k.id = o.keyId"
            + " where k.revokedAt is null and (k.expiresAt is null or k.expiresAt > :now)";

    private final EntityManager entities;
    private final KeyViews views;
    private final Clock clock;

    KeysToReplace(EntityManager entities, KeyViews views, Clock clock) {
        this.entities = entities;
        this.views = views;
        this.clock = clock;
    }

    /**
     * A key with whose it is.
     *
     * @param leakedAt when it was reported as public; null when it was not
     */
    public record KeyOfConsumer(
            KeyView key,
            String consumerId,
            String consumerName,
            String environment,
            @Nullable Instant leakedAt) {}

    /**
     * How many keys became public and were stopped in the last seven days, and how many web pages send that still work.
     */
    public record Alarms(long leaked, long exposed) {}

    /** Those that became public and what was rotated from them, the latest first. */
    public List<KeyOfConsumer> leaked() {
        return shown(
                entities.createQuery("from ApiKey where leakedAt is not null order by leakedAt desc, id", ApiKey.class)
                        .setMaxResults(MOST)
                        .getResultList());
    }

    /** Those that end within thirty days, the first one first; a key that another is replacing is in a rotation. */
    public List<KeyOfConsumer> ending() {
        Instant now = clock.instant();
        return shown(entities.createQuery(
                        "from ApiKey where revokedAt is null and expiresAt > :now and expiresAt <= :soon"
                                + " and replacedBy is null order by expiresAt, id",
                        ApiKey.class)
                .setParameter("now", now)
                .setParameter("soon", now.plus(SOON))
                .setMaxResults(MOST)
                .getResultList());
    }

    /** Those that work or will work and were sent by a web page, where anyone can read them, the latest first. */
    public List<KeyOfConsumer> exposed() {
        return shown(entities.createQuery("select k " + EXPOSED + " order by o.lastSeenAt desc, k.id", ApiKey.class)
                .setParameter("now", clock.instant())
                .setMaxResults(MOST)
                .getResultList());
    }

    /** What nobody should overlook. */
    public Alarms alarms() {
        Instant now = clock.instant();
        return new Alarms(
                entities.createQuery("select count(*) from ApiKey where leakedAt > :since", Long.class)
                        .setParameter("since", now.minus(LATELY))
                        .getSingleResult(),
                entities.createQuery("select count(*) " + EXPOSED, Long.class)
                        .setParameter("now", now)
                        .getSingleResult());
    }

    private List<KeyOfConsumer> shown(List<ApiKey> keys) {
        Function<ApiKey, KeyView> view = views.of(keys);
        List<UUID> ids = keys.stream().map(key -> key.consumerId).distinct().toList();
        Map<UUID, Consumer> consumers = entities.createQuery("from Consumer where id in :ids", Consumer.class)
                .setParameter("ids", ids)
                .getResultStream()
                .collect(Collectors.toMap(consumer -> consumer.id, Function.identity()));
        return keys.stream()
                .map(key -> {
                    Consumer consumer = consumers.get(key.consumerId);
                    return new KeyOfConsumer(
                            view.apply(key),
                            TypeId.format("consumer", key.consumerId),
                            consumer == null ? "" : consumer.name,
                            consumer == null ? "" : consumer.environment,
                            key.leakedAt);
                })
                .toList();
    }
}
