package app.spine.consumers;

import org.jspecify.annotations.Nullable;

/**
 * The limits that hold for a consumer: its own, or its academy's where it has none.
 *
 * @param monthlyQuota cost units in a calendar month, UTC; null for no quota
 */
public record EffectiveLimits(
        int burstRequests,
        int burstSeconds,
        int sustainedRequests,
        int sustainedSeconds,
        @Nullable Long monthlyQuota) {

    /** As the API shows them. */
    Limits view() {
        return new Limits(
                new Limits.Burst(burstRequests, burstSeconds),
                new Limits.Sustained(sustainedRequests, sustainedSeconds),
                monthlyQuota);
    }
}
