package app.spine.consumers;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What may be said about a rotation; everything may be left out.
 *
 * @param overlap how long both keys work, up to 30 days; a day when null
 * @param starts when the overlap begins; with the first use of the new key when null
 * @param deadline when the old key ends though the new one was never used, up to 90 days from now; 30 days when null
 */
public record NewRotation(
        @Schema(nullable = true, type = SchemaType.STRING, format = "duration") @Nullable
        Duration overlap,

        @Schema(nullable = true) @Nullable RotationStart starts,

        @Schema(nullable = true, type = SchemaType.STRING, format = "duration") @Nullable
        Duration deadline) {

    private static final Duration OVERLAP = Duration.ofHours(24);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);
    private static final Duration DEADLINE = Duration.ofDays(30);
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(90);

    /**
     * Refuses what cannot be.
     *
     * @param least the shortest time that the old key must go on
     * @throws Problem 422 with every reason
     */
    void refuseUnusable(Duration least) {
        List<Reason> reasons = new ArrayList<>();
        if (isOutside(overlap, least, LONGEST_OVERLAP)) {
            reasons.add(invalid("/overlap", "overlap is between " + least + " and PT720H, which is 30 days."));
        }
        if (isOutside(deadline, least, LONGEST_DEADLINE)) {
            reasons.add(invalid("/deadline", "deadline is between " + least + " and PT2160H, which is 90 days."));
        }
        if (deadline != null && starts == RotationStart.NOW) {
            reasons.add(invalid(
                    "/deadline", "deadline counts until the first use; leave it out where the overlap starts now."));
        }
        if (!reasons.isEmpty()) {
            throw new Problem(HttpProblem.INVALID, "The rotation cannot be as given.", reasons);
        }
    }

    /** When the old key ends, unless a first use of the new one ends it earlier. */
    Instant oldKeyEnds(Instant now) {
        Duration left =
                starts == RotationStart.NOW ? overlapOrDefault() : Objects.requireNonNullElse(deadline, DEADLINE);
        return now.plusSeconds(left.toSeconds());
    }

    /** How long the old key goes on after the first use of the new one; null when the overlap starts now. */
    @Nullable
    Integer secondsAfterFirstUse() {
        return starts == RotationStart.NOW
                ? null
                : Math.toIntExact(overlapOrDefault().toSeconds());
    }

    private Duration overlapOrDefault() {
        return Objects.requireNonNullElse(overlap, OVERLAP);
    }

    private static boolean isOutside(@Nullable Duration value, Duration least, Duration most) {
        return value != null && (value.compareTo(least) < 0 || value.compareTo(most) > 0);
    }

    private static Reason invalid(String pointer, String detail) {
        return Reason.at(HttpProblem.INVALID, pointer, detail);
    }
}
