package app.spine.http;

import org.jspecify.annotations.Nullable;

/** Makes text that others sent fit to be logged and stored: bounded, printable, and without API keys. */
public final class Redaction {

    private static final String KEY_START = "spine_";
    private static final String REDACTED = "[redacted]";

    /** The length of {@code spine_live_} and {@code spine_test_}. */
    private static final int PREFIX_LENGTH = 11;

    /** What follows the prefix of a whole key. */
    private static final int KEY_LENGTH = 36;

    /**
     * From 8 characters on a piece of one is redacted too, since who cut it may have
     * been a step before us. People's hints show four, so they stay readable.
     */
    private static final int MIN_KEY_PIECE = 8;

    private static final char REPLACEMENT = '\uFFFD';

    private Redaction() {}

    /**
     * At most {@code maxLength} code points, with keys and pieces of keys replaced before anything is cut, and control
     * characters and lone surrogates (PostgreSQL refuses NUL, UTF-8 the others) replaced by U+FFFD. The same instance if
     * there is nothing to do, an empty text for null.
     */
    public static String clean(@Nullable String text, int maxLength) {
        if (text == null) {
            return "";
        }
        boolean fits = text.length() <= maxLength || text.codePointCount(0, text.length()) <= maxLength;
        return fits && isClean(text) ? text : rewrite(text, maxLength);
    }

    /** Whether {@link #clean} has nothing to replace in it. */
    public static boolean isClean(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (Character.isISOControl(c)) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (!isPair(text, at)) {
                    return false;
                }
                at++;
            } else if (c == 's' && endOfKey(text, at) > 0) {
                return false;
            }
        }
        return true;
    }

    private static String rewrite(String text, int maxLength) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), maxLength) + PREFIX_LENGTH);
        int length = 0;
        int at = 0;
        while (at < text.length() && length < maxLength) {
            char c = text.charAt(at);
            int endOfKey = c == 's' ? endOfKey(text, at) : 0;
            if (endOfKey > 0) {
                String shown = text.substring(at, at + PREFIX_LENGTH) + REDACTED;
                int part = Math.min(shown.length(), maxLength - length);
                clean.append(shown, 0, part);
                length += part;
                at = endOfKey;
            } else if (isPair(text, at)) {
                clean.append(text, at, at + 2);
                length++;
                at += 2;
            } else {
                clean.append(Character.isISOControl(c) || Character.isSurrogate(c) ? REPLACEMENT : c);
                length++;
                at++;
            }
        }
        return clean.toString();
    }

    private static boolean isPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }

    /** The index after the key or piece of a key that begins here, or 0. */
    private static int endOfKey(String text, int at) {
        if (!isKeyStart(text, at)) {
            return 0;
        }
        int start = at + PREFIX_LENGTH;
        int limit = Math.min(text.length(), start + KEY_LENGTH);
        int end = start;
        // A piece may run straight into the next key, whose start must not be swallowed, or the rest of it would show.
        while (end < limit && isBase62(text.charAt(end)) && !isKeyStart(text, end)) {
            end++;
        }
        return end - start >= MIN_KEY_PIECE ? end : 0;
    }

    private static boolean isKeyStart(String text, int at) {
        return text.startsWith(KEY_START, at)
                && (text.startsWith("live_", at + KEY_START.length())
                        || text.startsWith("test_", at + KEY_START.length()));
    }

    private static boolean isBase62(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
}
