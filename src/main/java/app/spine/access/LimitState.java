package app.spine.access;

import java.util.List;

/**
 * What is left of a consumer's policies after a request, as the answer's headers say it
 * (draft-ietf-httpapi-ratelimit-headers-10).
 *
 * @param policies all that hold for the consumer, in the order of their windows
 */
record LimitState(List<Policy> policies) {

    // Three policies with numbers of the usual size.
    private static final int HEADER_LENGTH = 96;

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
        StringBuilder header = new StringBuilder(HEADER_LENGTH);
        for (Policy policy : policies) {
            append(header, policy.name(), ";q=", policy.quota(), ";w=", policy.windowSeconds());
        }
        return header.toString();
    }

    /** {@code RateLimit}. */
    String stateHeader() {
        StringBuilder header = new StringBuilder(HEADER_LENGTH);
        for (Policy policy : policies) {
            append(header, policy.name(), ";r=", policy.left(), ";t=", policy.resetSeconds());
        }
        return header.toString();
    }

    // By hand, since it is done twice for each answer: a stream of two took as long as spending the limit itself.
    private static void append(StringBuilder header, String name, String first, long one, String second, long other) {
        if (!header.isEmpty()) {
            header.append(", ");
        }
        header.append('"')
                .append(name)
                .append('"')
                .append(first)
                .append(one)
                .append(second)
                .append(other);
    }

    /** The least that is left of any policy. */
    long left() {
        long least = Long.MAX_VALUE;
        for (Policy policy : policies) {
            least = Math.min(least, policy.left());
        }
        return least;
    }
}
