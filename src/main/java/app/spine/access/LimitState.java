package app.spine.access;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is left of a consumer's policies after a request, as the answer's headers say it
 * (draft-ietf-httpapi-ratelimit-headers-10).
 *
 * @param policies all that hold for the consumer, in the order of their windows
 */
record LimitState(List<Policy> policies) {

    /**
     * One policy.
     *
     * @param quota cost units in a window
     * @param left cost units that are left of it
     * @param resetSeconds until the window ends, rounded up, so that nobody comes too early
     */
    record Policy(String name, long quota, long windowSeconds, long left, long resetSeconds) {}

    /** {@code RateLimit-Policy}. */
    String policyHeader() {
        return policies.stream()
                .map(policy -> '"' + policy.name() + "\";q=" + policy.quota() + ";w=" + policy.windowSeconds())
                .collect(Collectors.joining(", "));
    }

    /** {@code RateLimit}. */
    String stateHeader() {
        return policies.stream()
                .map(policy -> '"' + policy.name() + "\";r=" + policy.left() + ";t=" + policy.resetSeconds())
                .collect(Collectors.joining(", "));
    }

    /** The least that is left of any policy. */
    long left() {
        return policies.stream().mapToLong(Policy::left).min().orElse(Long.MAX_VALUE);
    }
}
