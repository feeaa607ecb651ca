package app.spine.portal;

import app.spine.consumers.Limits;
import app.spine.requests.Callers;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls by minute against the sustained limit, as a line in a plot of 100 by 100.
 *
 * @param perMinute what the sustained limit comes to in a minute
 * @param limited calls that were refused for a limit meanwhile
 */
record PaceChart(
        Instant from,
        Instant to,
        long calls,
        long peak,
        long limited,
        long perMinute,
        int peakPercent,
        String line,
        String area) {

    /** How far back it goes. */
    static final Duration SPAN = Duration.ofMinutes(30);

    // The limit stands at five sixths of the height, so that a line beyond it has room.
    private static final double HEADROOM = 1.2;

    static PaceChart of(List<Callers.Minute> minutes, Limits.Sustained limit, Instant now) {
        Instant last = now.truncatedTo(ChronoUnit.MINUTES);
        int points = (int) SPAN.toMinutes();
        Instant first = last.minus(points, ChronoUnit.MINUTES);
        Map<Instant, Long> calls = new HashMap<>();
        minutes.forEach(minute -> calls.put(minute.at(), minute.calls() - minute.limited()));
        long perMinute = Math.max(1, limit.requests() * 60L / limit.seconds());
        long peak = calls.values().stream().mapToLong(Long::longValue).max().orElse(0);
        double top = HEADROOM * Math.max(perMinute, peak);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i <= points; i++) {
            long count = calls.getOrDefault(first.plus(i, ChronoUnit.MINUTES), 0L);
            line.append(i == 0 ? "M" : " L")
                    .append(number(100.0 * i / points))
                    .append(' ')
                    .append(number(100 - 100 * count / top));
        }
        return new PaceChart(
                first,
                last,
                calls.values().stream().mapToLong(Long::longValue).sum(),
                peak,
                minutes.stream().mapToLong(Callers.Minute::limited).sum(),
                perMinute,
                (int) Math.min(999, 100 * peak / perMinute),
                line.toString(),
                "M0 100 L" + line.substring(1) + " L100 100Z");
    }

    /** Where the limit stands, from the top. */
    public String limitAt() {
        return number(100 - 100 * perMinute / (HEADROOM * Math.max(perMinute, peak)));
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
