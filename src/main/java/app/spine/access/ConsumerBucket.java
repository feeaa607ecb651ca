package app.spine.access;

import app.spine.consumers.EffectiveLimits;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.VerboseResult;
import java.time.Duration;
import java.util.List;

/** A consumer's burst and sustained limit on this node, as {@link LimitStore} has them. */
final class ConsumerBucket {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final EffectiveLimits limits;
    private final Bucket bucket;
    private final long beganNanos;

    /** A fresh bucket. */
    ConsumerBucket(EffectiveLimits limits) {
        this(limits, limits.burstRequests(), limits.sustainedRequests());
    }

    private ConsumerBucket(EffectiveLimits limits, long burstLeft, long sustainedLeft) {
        this.limits = limits;
        this.beganNanos = System.nanoTime();
        this.bucket = Bucket.builder()
                .withCustomTimePrecision(TimeMeter.SYSTEM_NANOTIME)
                .addLimit(bandwidth(limits.burstRequests(), limits.burstSeconds(), burstLeft))
                .addLimit(bandwidth(limits.sustainedRequests(), limits.sustainedSeconds(), sustainedLeft))
                .build();
    }

    private static Bandwidth bandwidth(long requests, long seconds, long left) {
        return Bandwidth.builder()
                .capacity(requests)
                .refillIntervally(requests, Duration.ofSeconds(seconds))
                .initialTokens(left)
                .build();
    }

    EffectiveLimits limits() {
        return limits;
    }

    /** The same consumer under other limits: what it has used stays used. */
    ConsumerBucket under(EffectiveLimits changed) {
        long[] left = bucket.asVerbose().getAvailableTokens().getDiagnostics().getAvailableTokensPerEachBandwidth();
        return new ConsumerBucket(
                changed,
                Math.max(0, changed.burstRequests() - (limits.burstRequests() - left[0])),
                Math.max(0, changed.sustainedRequests() - (limits.sustainedRequests() - left[1])));
    }

    /** Takes the cost from both policies, or from none; a cost above a whole quota takes the whole. */
    LimitStore.Spent spend(int cost) {
        long fitting = Math.min(cost, Math.min(limits.burstRequests(), limits.sustainedRequests()));
        VerboseResult<ConsumptionProbe> result = bucket.asVerbose().tryConsumeAndReturnRemaining(fitting);
        long[] left = result.getDiagnostics().getAvailableTokensPerEachBandwidth();
        long now = System.nanoTime();
        return new LimitStore.Spent(
                result.getValue().isConsumed(),
                fitting,
                List.of(
                        policy("burst", limits.burstRequests(), limits.burstSeconds(), left[0], now),
                        policy("sustained", limits.sustainedRequests(), limits.sustainedSeconds(), left[1], now)));
    }

    /** Gives back what a request took that another policy refused. */
    void giveBack(long cost) {
        bucket.addTokens(cost);
    }

    private LimitState.Policy policy(String name, long quota, long seconds, long left, long now) {
        long window = seconds * SECOND_NANOS;
        long untilReset = window - (now - beganNanos) % window;
        return new LimitState.Policy(name, quota, seconds, Math.max(0, left), Math.ceilDiv(untilReset, SECOND_NANOS));
    }
}
