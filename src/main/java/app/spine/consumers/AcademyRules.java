package app.spine.consumers;

import org.jspecify.annotations.Nullable;

/**
 * What an academy lays down for all of its consumers and keys.
 *
 * @param monthlyQuota cost units in a calendar month, UTC; null for no quota
 * @param maxKeyAgeDays how old a key may become; null for no bound
 */
public record AcademyRules(
        int burstRequests,
        int burstSeconds,
        int sustainedRequests,
        int sustainedSeconds,
        @Nullable Long monthlyQuota,
        @Nullable Integer maxKeyAgeDays) {}
