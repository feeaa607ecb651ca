package app.spine.portal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Bounds what one address may start: sign-ins, and guesses of an invitation's code. */
@ApplicationScoped
class SignInGuard {

    private static final int ADDRESSES = 50_000;
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final int perMinute;
    private final Cache<String, Bucket> addresses = Caffeine.newBuilder()
            .maximumSize(ADDRESSES)
            .expireAfterAccess(PERIOD)
            .build();

    SignInGuard(SignInConfig config) {
        perMinute = config.signInsPerMinute();
    }

    /** Whether this address may start once more. */
    boolean admits(String address) {
        return addresses.get(address, a -> bucket()).tryConsume(1);
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, PERIOD))
                .build();
    }
}
