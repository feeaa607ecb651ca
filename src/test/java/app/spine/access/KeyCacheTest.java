package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.EffectiveLimits;
import app.spine.consumers.LiveKey;
import app.spine.tenancy.Tenant;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a node remembers of keys, and that nothing is remembered beyond what was announced while it was being read. */
class KeyCacheTest {

    private static final int ROUNDS = 20_000;

    private final KeyCache cache = new KeyCache(FixedAccessConfig.trusting());
    private final KeyDigest digest = new KeyDigest(1, 2, 3, 4);
    private final KeyDigest neighbour = new KeyDigest(5, 6, 7, 8);
    private final UUID academy = UUID.randomUUID();
    private final ConsumerIdentity identity = identity(academy, UUID.randomUUID());

    @Test
    void remembersWhatWasReadUndisturbed() {
        cache.remember(digest, identity, cache.changes());

        assertThat(cache.find(digest)).isSameAs(identity);
        assertThat(cache.find(neighbour)).isNull();
    }

    @Test
    void doesNotRememberWhatWasReadWhileTheConsumerWasAnnounced() {
        long changesBefore = cache.changes();
        cache.forget(Set.of(id(identity)));
        cache.remember(digest, identity, changesBefore);

        assertThat(cache.find(digest)).isNull();
    }

    @Test
    void doesNotRememberWhatWasReadWhileTheFeedWasDeaf() {
        long changesBefore = cache.changes();
        cache.forgetAll();
        cache.remember(digest, identity, changesBefore);

        assertThat(cache.find(digest)).isNull();
    }

    @Test
    void forgetsEverything() {
        cache.remember(digest, identity, cache.changes());

        cache.forgetAll();

        assertThat(cache.find(digest)).isNull();
    }

    @Test
    void forgetsTheConsumerThatIsNamedAndNoOther() {
        ConsumerIdentity other = identity(academy, UUID.randomUUID());
        cache.remember(digest, identity, cache.changes());
        cache.remember(neighbour, other, cache.changes());

        cache.forget(Set.of(id(identity)));

        assertThat(cache.find(digest)).isNull();
        assertThat(cache.find(neighbour)).isSameAs(other);
    }

    @Test
    void stillKnowsAForgottenKeyForAConsumers() {
        cache.remember(digest, identity, cache.changes());
        cache.forget(Set.of(id(identity)));
        assertThat(cache.isProven(digest)).isTrue();
        cache.forgetAll();
        assertThat(cache.isProven(digest)).isTrue();
        assertThat(cache.isProven(neighbour)).isFalse();

        cache.rememberUnknown(digest);
        assertThat(cache.isProven(digest)).isFalse();
    }

    @Test
    void forgetsEveryConsumerOfAnAcademyThatIsNamed() {
        ConsumerIdentity sister = identity(academy, UUID.randomUUID());
        ConsumerIdentity foreign = identity(UUID.randomUUID(), UUID.randomUUID());
        KeyDigest third = new KeyDigest(9, 10, 11, 12);
        cache.remember(digest, identity, cache.changes());
        cache.remember(neighbour, sister, cache.changes());
        cache.remember(third, foreign, cache.changes());

        cache.forget(Set.of("tenant:" + academy));

        assertThat(cache.find(digest)).isNull();
        assertThat(cache.find(neighbour)).isNull();
        assertThat(cache.find(third)).isSameAs(foreign);
    }

    @Test
    void forgetsAKeyThatTheDatabaseNoLongerKnows() {
        cache.remember(digest, identity, cache.changes());

        cache.rememberUnknown(digest);

        assertThat(cache.find(digest)).isNull();
        assertThat(cache.isUnknown(digest)).isTrue();
        assertThat(cache.isUnknown(neighbour)).isFalse();
    }

    @Test
    void neverKeepsWhatWasReadBeforeAnAnnouncementHoweverTheyOverlap() throws Exception {
        AtomicReference<ConsumerIdentity> database = new AtomicReference<>(identity);
        try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                Future<?> reading = reader.submit(() -> {
                    long changesBefore = cache.changes();
                    cache.remember(digest, Objects.requireNonNull(database.get()), changesBefore);
                });
                ConsumerIdentity changed = identity(academy, identity.key().consumerId());
                database.set(changed);
                cache.forget(Set.of(id(identity)));
                reading.get();

                assertThat(cache.find(digest)).as("after round %d", round).isIn(null, changed);
            }
        }
    }

    private static String id(ConsumerIdentity identity) {
        return identity.key().consumerId().toString();
    }

    private static ConsumerIdentity identity(UUID academy, UUID consumer) {
        Tenant tenant = new Tenant(academy, ZoneOffset.UTC);
        return new ConsumerIdentity(new LiveKey(
                UUID.randomUUID(),
                tenant,
                tenant,
                consumer,
                false,
                Set.of("members:read"),
                Instant.EPOCH,
                null,
                null,
                List.of(),
                false,
                false,
                new EffectiveLimits(20, 1, 600, 60, null)));
    }
}
