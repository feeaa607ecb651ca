package app.spine.consumers;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.TypeId;
import app.spine.http.WireTime;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which use is asked for.
 *
 * @param from its first day
 * @param to its last day
 * @param keyId of one key; null for all
 */
record UsagePeriod(LocalDate from, LocalDate to, @Nullable UUID keyId) {

    private static final int DEFAULT_DAYS = 30;
    private static final int MAX_DAYS = 366;

    /**
     * Reads the query parameters.
     *
     * @throws Problem 400 for a value that cannot be read, and for a period that is empty or longer than a year
     */
    static UsagePeriod read(@Nullable String from, @Nullable String to, @Nullable String keyId, LocalDate today) {
        LocalDate last = to == null ? today : date("to", to);
        LocalDate first = from == null ? last.minusDays(DEFAULT_DAYS - 1) : date("from", from);
        if (first.isAfter(last)) {
            throw bad("from", "from must not be later than to.");
        }
        if (first.plusDays(MAX_DAYS).isBefore(last)) {
            throw bad("from", "The period is at most " + MAX_DAYS + " days long.");
        }
        return new UsagePeriod(first, last, key(keyId));
    }

    /** In one form, so that a cursor of another period is recognised. */
    String fingerprint() {
        return from + "|" + to + "|" + keyId;
    }

    private static LocalDate date(String parameter, String text) {
        try {
            return WireTime.date(text);
        } catch (DateTimeException e) {
            throw bad(parameter, parameter + " takes a date such as 2026-11-22.");
        }
    }

    private static @Nullable UUID key(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return TypeId.parse("key", text)
                .orElseThrow(() -> bad("key_id", "key_id takes an id such as key_01h455vb4pex5vsknk084sn02q."));
    }

    private static Problem bad(String parameter, String detail) {
        return new Problem(HttpProblem.BAD_VALUE, Reason.inParameter(HttpProblem.BAD_VALUE, parameter, detail));
    }
}
