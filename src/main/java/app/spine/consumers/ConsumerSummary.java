package app.spine.consumers;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A consumer as a row among others: what tells whether it needs somebody. Use is that of the last seven days.
 *
 * @param waiting whether scopes of it wait for approval
 * @param liveKeys how many of its keys work or will work
 * @param rotating whether one of them is being replaced
 * @param exposed whether one of them was sent by a web page, where anyone can read it
 * @param oldestKey when the oldest of them was made; null for none
 * @param nextExpiry when the first of them ends; null when none does
 * @param lastCallAt the last call with a key, known within a minute; null for none
 * @param lastDay the last day (UTC) with a call; null for none
 * @param calls of seven days
 * @param errors answers of 400 and more among them, refusals for limits left out
 * @param limited calls that were refused for a limit
 * @param lowestLeft the least that was left of the tightest limit after a call; null when none was spent
 * @param smallestLimit the smaller one of burst and sustained limit
 */
public record ConsumerSummary(
        String id,
        UUID uuid,
        String name,
        String ownerName,
        String environment,
        String status,
        boolean waiting,
        int liveKeys,
        boolean rotating,
        boolean exposed,
        @Nullable Instant oldestKey,
        @Nullable Instant nextExpiry,
        @Nullable Instant lastCallAt,
        @Nullable LocalDate lastDay,
        long calls,
        long errors,
        long limited,
        @Nullable Long lowestLeft,
        int smallestLimit) {

    /** The part of the tightest limit that was used at the peak, in percent: 100 once a call was refused for it. */
    public int pressurePercent() {
        if (limited > 0) {
            return 100;
        }
        return lowestLeft == null ? 0 : (int) Math.clamp(100 - 100 * lowestLeft / smallestLimit, 0, 100);
    }

    /** Errors in a thousand calls. */
    public long errorsPerMille() {
        return calls == 0 ? 0 : errors * 1_000 / calls;
    }
}
