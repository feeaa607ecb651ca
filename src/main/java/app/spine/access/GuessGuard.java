package app.spine.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Bounds the look-ups of unknown keys: a bucket for each client address, and a cap for the node. */
@ApplicationScoped
class GuessGuard {

    private static final int ADDRESSES = 50_000;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int perAddress;
    private final Bucket node;
    private final Cache<String, Bucket> addresses = Caffeine.newBuilder()
            .maximumSize(ADDRESSES)
            .expireAfterAccess(Duration.ofMinutes(1))
            .build();

    GuessGuard(AccessConfig config) {
        perAddress = config.unknownKeysPerAddress();
        node = new Bucket(config.unknownKeysPerNode());
    }

    /** Whether a key from this address may be looked up now. Taken before the look-up, since a burst arrives at once. */
    boolean admits(String address) {
        return addresses.get(address, a -> new Bucket(perAddress)).take() && node.take();
    }

    /** Gives back what {@link #admits} took, for a key that turned out to be known. */
    void giveBack(String address) {
        Bucket bucket = addresses.getIfPresent(address);
        if (bucket != null) {
            bucket.giveBack();
        }
        node.giveBack();
    }

    private static final class Bucket {

        private final int perSecond;
        private double left;
        private long atNanos = System.nanoTime();

        Bucket(int perSecond) {
            this.perSecond = perSecond;
            this.left = perSecond;
        }

        synchronized boolean take() {
            long now = System.nanoTime();
            left = Math.min(perSecond, left + (double) (now - atNanos) / SECOND_NANOS * perSecond);
            atNanos = now;
            if (left < 1) {
                return false;
            }
            left--;
            return true;
        }

        synchronized void giveBack() {
            left = Math.min(perSecond, left + 1);
        }
    }
}
