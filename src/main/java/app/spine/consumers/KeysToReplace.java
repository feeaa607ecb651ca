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

/** Keys that became public, and those that end soon. Every method runs in the transaction that its caller opened. */
@ApplicationScoped
public class KeysToReplace {

    /** How many of each are listed at most. */
    public static final int MOST = 100;

    /** From when on the owner of a key is reminded of its end. */
    public static final Duration SOON = Duration.ofDays(30);

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
