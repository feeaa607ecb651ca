package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.RawHttp.Answer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The limits that an answer names, in the form of draft-ietf-httpapi-ratelimit-headers-10. */
record LimitHeaders(Map<String, Policy> policies) {

    private static final Pattern POLICY = Pattern.compile("\"([a-z]+)\";q=(\\d+);w=(\\d+)");
    private static final Pattern STATE = Pattern.compile("\"([a-z]+)\";r=(\\d+);t=(\\d+)");

    /** One policy: {@code left} of {@code quota} cost units remain for {@code reset} of {@code window} seconds. */
    record Policy(long quota, long window, long left, long reset) {}

    /** Reads both headers; fails where one is missing, malformed or about other policies than the other. */
    static LimitHeaders of(Answer answer) {
        String[] policies = list(answer, "RateLimit-Policy");
        String[] states = list(answer, "RateLimit");
        assertThat(states).hasSameSizeAs(policies);
        Map<String, Policy> found = new LinkedHashMap<>();
        for (int i = 0; i < policies.length; i++) {
            Matcher policy = POLICY.matcher(policies[i]);
            Matcher state = STATE.matcher(states[i]);
            assertThat(policy.matches()).as(policies[i]).isTrue();
            assertThat(state.matches()).as(states[i]).isTrue();
            assertThat(state.group(1)).isEqualTo(policy.group(1));
            Policy one = new Policy(number(policy, 2), number(policy, 3), number(state, 2), number(state, 3));
            assertThat(one.left()).isBetween(0L, one.quota());
            assertThat(one.reset()).isBetween(1L, one.window());
            found.put(policy.group(1), one);
        }
        return new LimitHeaders(found);
    }

    private static String[] list(Answer answer, String header) {
        String value = answer.header(header);
        assertThat(value).as("%s of %s", header, answer).isNotNull();
        return Objects.requireNonNull(value).split(", ?", -1);
    }

    private static long number(Matcher matcher, int group) {
        return Long.parseLong(matcher.group(group));
    }

    Policy policy(String name) {
        return Objects.requireNonNull(policies.get(name), name);
    }

    /** What remains of a policy after an answer. */
    static long left(Answer answer, String policy) {
        return of(answer).policy(policy).left();
    }
}
