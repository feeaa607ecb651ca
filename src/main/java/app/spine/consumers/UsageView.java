package app.spine.consumers;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's use by day, newest first; days without a call are left out.
 *
 * @param from the first day of the period; days are UTC's
 * @param to the last day of the period
 * @param countedUntil calls answered before it are counted
 * @param limits what holds now: the quotas that lowest_limit_left and limited are to be read against
 * @param quotaUse of this month; null for a consumer that was not counted this month
 * @param next the {@code after} of the following page; null on the last one
 */
public record UsageView(
        String consumerId,
        LocalDate from,
        LocalDate to,
        Instant countedUntil,
        Limits limits,
        @Schema(nullable = true) @Nullable QuotaUse quotaUse,
        List<UsageDay> data,
        @Schema(nullable = true) @Nullable String next) {}
