package app.spine.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The value of an {@code Idempotency-Key} header: a structured string (RFC 8941, section 3.3.3), or the same unquoted,
 * which many clients send.
 */
public final class StructuredString {

    /** What the column of stored answers holds. */
    public static final int MAX_LENGTH = 255;

    private StructuredString() {}

    /**
     * 1 to 255 visible ASCII characters, empty for everything else. A quoted value may escape the quote and the
     * backslash; an unquoted one holds neither of them and no comma or semicolon, which would be a list or a parameter.
     */
    public static Optional<String> parse(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        String value = header.strip();
        return value.startsWith("\"") ? quoted(value) : unquoted(value);
    }

    private static Optional<String> quoted(String value) {
        int last = value.length() - 1;
        StringBuilder text = new StringBuilder(value.length());
        int at = 1;
        while (at < last) {
            char c = value.charAt(at);
            if (c == '\\') {
                at++;
                c = value.charAt(at);
                if (at == last || (c != '"' && c != '\\')) {
                    return Optional.empty();
                }
            } else if (c == '"' || !isVisible(c)) {
                return Optional.empty();
            }
            text.append(c);
            at++;
        }
        // No escaped quote can be the last character here, and with a lone one the text is empty.
        boolean closed = value.charAt(last) == '"';
        return closed && isAllowed(text.length()) ? Optional.of(text.toString()) : Optional.empty();
    }

    private static Optional<String> unquoted(String value) {
        boolean plain = value.chars().allMatch(c -> isVisible(c) && "\"\\,;".indexOf(c) < 0);
        return plain && isAllowed(value.length()) ? Optional.of(value) : Optional.empty();
    }

    private static boolean isAllowed(int length) {
        return length >= 1 && length <= MAX_LENGTH;
    }

    private static boolean isVisible(int c) {
        return c > ' ' && c < 0x7f;
    }
}
