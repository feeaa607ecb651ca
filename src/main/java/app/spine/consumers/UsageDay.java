package app.spine.consumers;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One day of a consumer's use.
 *
 * @param limited how many calls were refused with 429
 * @param limitedShare of all its calls, 0 to 1
 * @param lowestLimitLeft the least that was left of the tightest limit after a call; null when none was spent
 */
public record UsageDay(
        LocalDate day,
        long requests,
        long limited,
        BigDecimal limitedShare,
        @Schema(nullable = true) @Nullable Long lowestLimitLeft,
        List<OperationUse> operations) {

    static UsageDay of(LocalDate day, List<OperationUse> operations, long limited, @Nullable Long lowestLimitLeft) {
        long requests = operations.stream().mapToLong(OperationUse::requests).sum();
        BigDecimal share = BigDecimal.valueOf(limited).divide(BigDecimal.valueOf(requests), 4, RoundingMode.HALF_UP);
        return new UsageDay(day, requests, limited, share, lowestLimitLeft, operations);
    }
}
