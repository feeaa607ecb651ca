package app.spine.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What this node remembers of keys, by their keyed hash: consumers in one bounded cache, unknown keys in another, so
 * that a guesser cannot push out those who call.
 */
@ApplicationScoped
class KeyCache {

    private static final int UNKNOWN_KEYS = 10_000;

    // A key that nobody uses for ten minutes gives up its place.
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final long freshNanos;
    private final Cache<KeyDigest, Entry> known;
    private final Cache<KeyDigest, Boolean> unknown;

    KeyCache(AccessConfig config) {
        freshNanos = config.keyFreshFor().toNanos();
        known = Caffeine.newBuilder()
                .maximumSize(config.cachedKeys())
                .expireAfterAccess(IDLE)
                .build();
        unknown = Caffeine.newBuilder()
                .maximumSize(UNKNOWN_KEYS)
                .expireAfterWrite(config.keyFreshFor())
                .build();
    }

    /** The identity if it was read recently enough to be trusted. */
    @Nullable
    ConsumerIdentity findFresh(KeyDigest digest) {
        Entry entry = known.getIfPresent(digest);
        return entry != null && System.nanoTime() - entry.readNanos < freshNanos ? entry.identity : null;
    }

    /** Whether the key was known lately, so that looking it up again is no guess. */
    boolean wasKnown(KeyDigest digest) {
        return known.getIfPresent(digest) != null;
    }

    boolean isUnknown(KeyDigest digest) {
        return unknown.getIfPresent(digest) != null;
    }

    /** Remembers what the database said; {@code askedNanos} is when it was asked. */
    void remember(KeyDigest digest, ConsumerIdentity identity, long askedNanos) {
        known.put(digest, new Entry(identity, askedNanos));
    }

    void rememberUnknown(KeyDigest digest) {
        known.invalidate(digest);
        unknown.put(digest, true);
    }

    private record Entry(ConsumerIdentity identity, long readNanos) {}
}
