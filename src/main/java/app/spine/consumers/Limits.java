package app.spine.consumers;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How much a consumer may call, as far as it has limits of its own: null stands for the academy's.
 *
 * @param burst the short window
 * @param sustained the long window
 * @param monthlyQuota cost units in a calendar month, UTC
 */
public record Limits(
        @Schema(nullable = true) @Nullable @Valid Burst burst,
        @Schema(nullable = true) @Nullable @Valid Sustained sustained,

        @Schema(nullable = true) @Nullable @Min(1) @Max(Limits.MOST_A_MONTH)
        Long monthlyQuota) {

    /** A month's quota beyond any use; the headers that speak of it carry fifteen digits (RFC 9651). */
    public static final long MOST_A_MONTH = 1_000_000_000_000L;

    /** None of its own. */
    static final Limits NONE = new Limits(null, null, null);

    /** Up to {@code requests} within {@code seconds}. */
    public record Burst(
            @Min(1) @Max(1_000_000) int requests,
            @Min(1) @Max(60) int seconds) {}

    /** Up to {@code requests} within {@code seconds}. */
    public record Sustained(
            @Min(1) @Max(100_000_000) int requests,
            @Min(1) @Max(86_400) int seconds) {}
}
