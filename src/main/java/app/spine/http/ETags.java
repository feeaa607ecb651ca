package app.spine.http;

import org.jspecify.annotations.Nullable;

/** Entity tags and the two preconditions on them, as RFC 9110 (sections 8.8.3, 13.1.1 and 13.1.2) has them. */
public final class ETags {

    private ETags() {}

    /**
     * A strong tag, {@code "7-c"}: one for each version of the record and for each variant of its representation, since
     * callers with different scopes see different fields. The variant is of letters, digits, dots and hyphens.
     */
    public static String of(long version, String variant) {
        for (int i = 0; i < variant.length(); i++) {
            char c = variant.charAt(i);
            if (!isTagCharacter(c) || c == ',') {
                throw new IllegalArgumentException("not usable in an entity tag: " + variant);
            }
        }
        return variant.isEmpty() ? "\"" + version + "\"" : "\"" + version + "-" + variant + "\"";
    }

    /**
     * Whether a change may go ahead: the header is {@code *} or lists this tag by strong comparison. An absent or
     * malformed header does not match; telling absent (428) from stale (412) is the caller's.
     */
    public static boolean ifMatch(@Nullable String header, String current) {
        return header != null && (isStar(header) || matches(header, current, false));
    }

    /**
     * Whether a full answer is due: false, which means 304 on a read, if the header is {@code *} or lists this tag by
     * weak comparison. An absent or malformed header asks for nothing, so it is true.
     */
    public static boolean ifNoneMatch(@Nullable String header, String current) {
        return header == null || !(isStar(header) || matches(header, current, true));
    }

    private static boolean isStar(String header) {
        return header.strip().equals("*");
    }

    /** Reads the list to its end, since one malformed element makes the whole header count for nothing. */
    private static boolean matches(String header, String current, boolean weakly) {
        String opaque = opaque(current);
        boolean currentIsWeak = current.startsWith("W/");
        boolean found = false;
        int at = 0;
        while (true) {
            at = skipBlanks(header, at);
            if (at == header.length()) {
                return found;
            }
            if (header.charAt(at) == ',') {
                at++; // RFC 9110, section 5.6.1.2: empty list elements are to be ignored.
                continue;
            }
            boolean weak = header.startsWith("W/", at);
            int start = weak ? at + 2 : at;
            int end = endOfTag(header, start);
            if (end < 0) {
                return false;
            }
            boolean same = header.regionMatches(start, opaque, 0, opaque.length()) && end - start == opaque.length();
            found |= same && (weakly || !(weak || currentIsWeak));
            at = skipBlanks(header, end);
            if (at < header.length() && header.charAt(at) != ',') {
                return false;
            }
        }
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    /** The index after the closing quote, or -1. */
    private static int endOfTag(String header, int start) {
        if (start >= header.length() || header.charAt(start) != '"') {
            return -1;
        }
        int at = start + 1;
        while (at < header.length() && isTagCharacter(header.charAt(at))) {
            at++;
        }
        return at < header.length() && header.charAt(at) == '"' ? at + 1 : -1;
    }

    /** {@code etagc}: visible characters but the quote, and everything beyond ASCII. */
    private static boolean isTagCharacter(char c) {
        return c > ' ' && c != '"' && c != 0x7f;
    }

    private static int skipBlanks(String header, int from) {
        int at = from;
        while (at < header.length() && (header.charAt(at) == ' ' || header.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }
}
