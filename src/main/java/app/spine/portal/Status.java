package app.spine.portal;

/**
 * A word with the shape and colour of its kind.
 *
 * @param kind {@code blocked}, {@code watch}, {@code planned}, {@code healthy}, {@code ready} or {@code plain}
 */
record Status(String kind, String word) {

    /** Of a key, by its word in the contract. */
    static Status ofKey(String status) {
        return new Status(
                switch (status) {
                    case "active" -> "healthy";
                    case "expiring" -> "watch";
                    case "leaked" -> "blocked";
                    default -> "planned";
                },
                status);
    }

    /** Of an answer. */
    static Status ofAnswer(int status) {
        String kind = status >= 500 || status == 401 || status == 403 ? "blocked" : status >= 400 ? "watch" : "healthy";
        return new Status(kind, Integer.toString(status));
    }
}
