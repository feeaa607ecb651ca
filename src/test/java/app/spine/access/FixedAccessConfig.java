package app.spine.access;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The defaults, with what a test sets. */
record FixedAccessConfig(
        Optional<List<String>> trustedProxies,
        int unknownKeysPerAddress,
        int unknownKeysPerNode,
        int logQueue,
        Duration logRetention)
        implements AccessConfig {

    private static final Duration RETENTION = Duration.ofDays(90);

    static FixedAccessConfig trusting(String... proxies) {
        return new FixedAccessConfig(Optional.of(List.of(proxies)), 20, 200, 20_000, RETENTION);
    }

    static FixedAccessConfig guesses(int perAddress, int perNode) {
        return new FixedAccessConfig(Optional.empty(), perAddress, perNode, 20_000, RETENTION);
    }

    static FixedAccessConfig keepingTheLog(Duration retention) {
        return new FixedAccessConfig(Optional.empty(), 20, 200, 20_000, retention);
    }

    static FixedAccessConfig queueing(int rows) {
        return new FixedAccessConfig(Optional.empty(), 20, 200, rows, RETENTION);
    }

    @Override
    public int cachedKeys() {
        return 100_000;
    }

    @Override
    public Duration feedHeartbeat() {
        return Duration.ofMillis(250);
    }

    @Override
    public Duration feedTrust() {
        return Duration.ofMillis(750);
    }

    @Override
    public Duration bodyPatience() {
        return Duration.ofSeconds(20);
    }

    @Override
    public Duration logPatience() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Duration logCommitDistance() {
        return Duration.ofMillis(2);
    }

    @Override
    public Duration idempotencyKept() {
        return Duration.ofDays(1);
    }
}
