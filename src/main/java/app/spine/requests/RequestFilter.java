package app.spine.requests;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.http.WireTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a list asks for; null means any.
 *
 * @param operation an operation's id in the OpenAPI document
 * @param from the least id: that of the instant, so that older partitions are not looked at
 * @param to the id above all that are asked for
 */
public record RequestFilter(
        @Nullable UUID consumerId,
        @Nullable UUID keyId,
        @Nullable String operation,
        @Nullable Statuses status,
        UUID from,
        UUID to) {

    private static final UUID FIRST = new UUID(0, 0);
    private static final UUID BEHIND_ALL = new UUID(-1, -1);
    private static final Pattern STATUS = Pattern.compile("[1-5](xx|[0-9]{2})");

    // An operation's id is a method name; what is longer is none.
    private static final int OPERATION_LENGTH = 100;

    /** One status or a class of them, both ends included. */
    public record Statuses(int lowest, int highest) {}

    /**
     * Reads the query parameters.
     *
     * @throws Problem 400 for a value that cannot be read, and for a period that ends before it begins
     */
    public static RequestFilter read(
            @Nullable String consumerId,
            @Nullable String keyId,
            @Nullable String operation,
            @Nullable String status,
            @Nullable String from,
            @Nullable String to) {
        Instant start = instant("from", from);
        Instant end = instant("to", to);
        if (start != null && end != null && !start.isBefore(end)) {
            throw bad("to", "to must be later than from.");
        }
        return new RequestFilter(
                id("consumer_id", "consumer", consumerId),
                id("key_id", "key", keyId),
                operation(operation),
                status(status),
                start == null ? FIRST : UuidV7.lowerBound(start),
                end == null ? BEHIND_ALL : UuidV7.lowerBound(end));
    }

    /** The filters in one form, so that a cursor of other filters is recognised. */
    public String fingerprint() {
        return consumerId + "|" + keyId + "|" + operation + "|" + status + "|" + from + "|" + to;
    }

    private static @Nullable UUID id(String parameter, String prefix, @Nullable String text) {
        if (text == null) {
            return null;
        }
        return TypeId.parse(prefix, text)
                .orElseThrow(() ->
                        bad(parameter, parameter + " takes an id such as " + prefix + "_01h455vb4pex5vsknk084sn02q."));
    }

    private static @Nullable String operation(@Nullable String text) {
        if (text != null && text.length() > OPERATION_LENGTH) {
            throw bad("operation", "operation takes an operationId of the OpenAPI document, such as readMember.");
        }
        return text;
    }

    private static @Nullable Statuses status(@Nullable String text) {
        if (text == null) {
            return null;
        }
        if (!STATUS.matcher(text).matches()) {
            throw bad("status", "status takes a status such as 404 or a class of them such as 4xx.");
        }
        int hundreds = (text.charAt(0) - '0') * 100;
        return text.endsWith("xx")
                ? new Statuses(hundreds, hundreds + 99)
                : new Statuses(Integer.parseInt(text), Integer.parseInt(text));
    }

    private static @Nullable Instant instant(String parameter, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return WireTime.instant(text);
        } catch (DateTimeException e) {
            throw bad(parameter, parameter + " takes a time such as 2026-11-22T03:15:00Z.");
        }
    }

    private static Problem bad(String parameter, String detail) {
        return new Problem(HttpProblem.BAD_VALUE, Reason.inParameter(HttpProblem.BAD_VALUE, parameter, detail));
    }
}
