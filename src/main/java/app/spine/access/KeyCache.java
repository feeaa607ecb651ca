package app.spine.access;

import app.spine.consumers.LiveKey;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What this node remembers of keys, by their keyed hash: consumers in one bounded cache, unknown keys in another, so
 * that a guesser cannot push out those who call. Whether it may be believed, {@link ContractFeed} knows.
 */
@ApplicationScoped
class KeyCache {

    private static final int UNKNOWN_KEYS = 10_000;

    // Nobody announces a key that is new, and somebody may have tried it a moment before it was issued.
    private static final Duration UNKNOWN_FOR = Duration.ofMillis(800);

    private final Cache<KeyDigest, Known> known;
    private final Cache<KeyDigest, Boolean> unknown;
    private final AtomicLong changes = new AtomicLong();

    KeyCache(AccessConfig config) {
        // Bounded by number alone, and kept in order by whoever uses it: a clock and another thread cost each call
        // more.
        known = Caffeine.newBuilder()
                .maximumSize(config.cachedKeys())
                .executor(Runnable::run)
                .build();
        unknown = Caffeine.newBuilder()
                .maximumSize(UNKNOWN_KEYS)
                .expireAfterWrite(UNKNOWN_FOR)
                .build();
    }

    @Nullable
    ConsumerIdentity find(KeyDigest digest) {
        Known key = known.getIfPresent(digest);
        return key != null && !key.forgotten ? key.identity : null;
    }

    /** Whether it is a consumer's, so that looking it up anew is no guess, also where all else about it is forgotten. */
    boolean isProven(KeyDigest digest) {
        return known.getIfPresent(digest) != null;
    }

    boolean isUnknown(KeyDigest digest) {
        return unknown.getIfPresent(digest) != null;
    }

    /** To be read before the database is asked, and given back with what it said. */
    long changes() {
        return changes.get();
    }

    /** Remembers what the database said, unless something was announced since {@code changesBefore}. */
    void remember(KeyDigest digest, ConsumerIdentity identity, long changesBefore) {
        Known key = new Known(identity);
        known.put(digest, key);
        // Put first and looked at afterwards: an announcement in between finds the entry or is seen here.
        if (changes.get() != changesBefore) {
            key.forgotten = true;
        }
    }

    void rememberUnknown(KeyDigest digest) {
        known.invalidate(digest);
        unknown.put(digest, true);
    }

    /**
     * Forgets consumers.
     *
     * @param subjects their ids, and {@code tenant:} with the ids of academies that are changed as a whole
     */
    void forget(Set<String> subjects) {
        changes.incrementAndGet();
        for (Known key : known.asMap().values()) {
            LiveKey live = key.identity.key();
            if (subjects.contains(live.consumerId().toString())
                    || subjects.contains("tenant:" + live.tenant().id())) {
                key.forgotten = true;
            }
        }
    }

    /** Forgets everything. */
    void forgetAll() {
        changes.incrementAndGet();
        for (Known key : known.asMap().values()) {
            key.forgotten = true;
        }
    }

    /** What the database said of a key once, to be believed until it is forgotten. */
    private static final class Known {

        private final ConsumerIdentity identity;
        private volatile boolean forgotten;

        Known(ConsumerIdentity identity) {
            this.identity = identity;
        }
    }
}
