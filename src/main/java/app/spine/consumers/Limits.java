package app.spine.consumers;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How much a consumer may call.
 *
 * @param burst the short window
 * @param sustained the long window
 * @param monthlyQuota cost units in a calendar month, UTC; null for no quota
 */
public record Limits(
        @Nullable @Valid Burst burst,
        @Nullable @Valid Sustained sustained,
        @Schema(nullable = true) @Nullable @Positive Long monthlyQuota) {

    /** What a consumer gets that asks for nothing: 20 a second, 600 a minute, no quota. */
    static final Limits DEFAULT = new Limits(new Burst(20, 1), new Sustained(600, 60), null);

    /** Up to {@code requests} within {@code seconds}. */
    public record Burst(
            @Min(1) @Max(1_000_000) int requests,
            @Min(1) @Max(60) int seconds) {}

    /** Up to {@code requests} within {@code seconds}. */
    public record Sustained(
            @Min(1) @Max(100_000_000) int requests,
            @Min(1) @Max(86_400) int seconds) {}

    Burst requireBurst() {
        return burst == null ? new Burst(20, 1) : burst;
    }

    Sustained requireSustained() {
        return sustained == null ? new Sustained(600, 60) : sustained;
    }
}
