package app.spine.consumers;

import app.spine.http.WireName;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which consumers a list shows, and in which order; null means any.
 *
 * @param text part of name or owner, or the first letters of a key
 */
public record ConsumerFilter(
        @Nullable String text,
        @Nullable Environment environment,
        @Nullable State state,
        Sort sort) {

    /** What is the matter with a consumer. */
    public enum State implements WireName {
        ACTIVE("status = 'active'"),
        ROTATING("rotating"),
        EXPOSED("exposed"),
        EXPIRING("next_expiry <= now() + interval '30 days'"),
        WAITING("waiting"),
        LIMITED("limited > 0"),
        SUSPENDED("status = 'suspended'");

        final String condition;

        State(String condition) {
            this.condition = condition;
        }

        @Override
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<State> parse(@Nullable String text) {
            for (State state : values()) {
                if (state.wire().equals(text)) {
                    return Optional.of(state);
                }
            }
            return Optional.empty();
        }
    }

    /** What comes first. */
    public enum Sort implements WireName {
        LIMIT("(limited > 0) desc, coalesce(lowest_left::float8 / smallest_limit, 1)"),
        NAME("lower(name)"),
        ERRORS("errors::float8 / greatest(calls, 1) desc"),
        LAST_CALL("coalesce(last_call_at, last_day at time zone 'UTC') desc nulls last"),
        OLDEST_KEY("oldest_key nulls last"),
        NEXT_EXPIRY("next_expiry nulls last");

        final String order;

        Sort(String order) {
            this.order = order;
        }

        @Override
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The one of that name, the pressure on limits where there is none. */
        public static Sort parse(@Nullable String text) {
            for (Sort sort : values()) {
                if (sort.wire().equals(text)) {
                    return sort;
                }
            }
            return LIMIT;
        }
    }

    String fingerprint() {
        return text + "|" + environment + "|" + state + "|" + sort;
    }
}
