package app.spine.http;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next the {@code after} of the following page; null on the last one
 */
public record Page<T>(
        List<T> data, @Schema(nullable = true) @Nullable String next) {

    /** How many records a page holds unless the caller asks for another number. */
    public static final int DEFAULT_LIMIT = 50;

    /** The most records a page holds. */
    public static final int MAX_LIMIT = 100;

    /**
     * Makes a page out of up to {@code limit + 1} rows, the one beyond telling whether there is a next page.
     *
     * @param list the list's name, so that a cursor counts for it alone
     * @param filters the filters in a canonical form, so that a cursor counts for them alone
     */
    public static <R, T> Page<T> of(
            List<R> rows, int limit, String list, String filters, Function<R, UUID> id, Function<R, T> view) {
        boolean more = rows.size() > limit;
        List<R> shown = more ? rows.subList(0, limit) : rows;
        String next = more ? Cursor.encode(list, filters, id.apply(shown.getLast())) : null;
        return new Page<>(shown.stream().map(view).toList(), next);
    }

    /** Reads {@code limit}: 1 to 100, default 50. */
    public static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw badLimit();
        }
        throw badLimit();
    }

    /** Reads {@code after}: empty for the first page. */
    public static Optional<UUID> after(@Nullable String text, String list, String filters) {
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(Cursor.decode(text, list, filters)
                .orElseThrow(() -> new Problem(
                        HttpProblem.BAD_VALUE,
                        Reason.inParameter(
                                HttpProblem.BAD_VALUE,
                                "after",
                                "after takes the next of an earlier page of this list with the same filters."))));
    }

    private static Problem badLimit() {
        return new Problem(
                HttpProblem.BAD_VALUE,
                Reason.inParameter(HttpProblem.BAD_VALUE, "limit", "limit is a whole number from 1 to 100."));
    }
}
