package app.spine.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A UUID with the kind of record it names in front, {@code member_01h455vb4pex5vsknk084sn02q}: TypeID 0.3. */
public record TypeId(String prefix, UUID uuid) {

    private static final int MAX_PREFIX_LENGTH = 63;
    private static final int SUFFIX_LENGTH = 26;
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final byte[] DIGITS = ALPHABET.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUES = new byte[128];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int value = 0; value < DIGITS.length; value++) {
            VALUES[DIGITS[value]] = (byte) value;
        }
    }

    /** Throws {@link IllegalArgumentException} for a prefix that TypeID 0.3 does not allow. */
    public TypeId {
        if (!isPrefix(prefix)) {
            throw new IllegalArgumentException("not a TypeID prefix: " + prefix);
        }
    }

    /** Prefixes are constants of the program, so they are trusted here; an empty one has no separator. */
    public static String format(String prefix, UUID uuid) {
        int start = prefix.isEmpty() ? 0 : prefix.length() + 1;
        byte[] text = new byte[start + SUFFIX_LENGTH];
        for (int i = 0; i < prefix.length(); i++) {
            text[i] = (byte) prefix.charAt(i);
        }
        if (start > 0) {
            text[start - 1] = '_';
        }
        // 26 digits of 5 bits are 130 bits: the first holds only 3, the fourteenth lies across both halves.
        long high = uuid.getMostSignificantBits();
        long low = uuid.getLeastSignificantBits();
        for (int i = 0; i < 13; i++) {
            text[start + i] = DIGITS[(int) (high >>> (61 - 5 * i)) & 31];
        }
        text[start + 13] = DIGITS[(int) (((high & 1) << 4) | (low >>> 60))];
        for (int i = 14; i < SUFFIX_LENGTH; i++) {
            text[start + i] = DIGITS[(int) (low >>> (125 - 5 * i)) & 31];
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Empty for anything but exactly this prefix and 26 lower-case digits that fit into 128 bits. */
    public static Optional<UUID> parse(String prefix, @Nullable String text) {
        int start = prefix.isEmpty() ? 0 : prefix.length() + 1;
        if (text == null || text.length() != start + SUFFIX_LENGTH || !text.startsWith(prefix)) {
            return Optional.empty();
        }
        if (start > 0 && text.charAt(start - 1) != '_') {
            return Optional.empty();
        }
        return decode(text, start);
    }

    /** For a field that may name records of several kinds: empty unless it is a TypeID of any prefix. */
    public static Optional<TypeId> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        int separator = text.lastIndexOf('_');
        String prefix = text.substring(0, Math.max(separator, 0));
        if (separator == 0 || !isPrefix(prefix)) {
            return Optional.empty();
        }
        return parse(prefix, text).map(uuid -> new TypeId(prefix, uuid));
    }

    @Override
    public String toString() {
        return format(prefix, uuid);
    }

    private static Optional<UUID> decode(String text, int start) {
        int first = value(text.charAt(start));
        // Above 7 the number would need 129 bits; a bad digit is -1 and keeps the sum of bits negative to the end.
        int bad = first | (7 - first);
        long high = first;
        for (int i = 1; i < 13; i++) {
            int value = value(text.charAt(start + i));
            bad |= value;
            high = (high << 5) | value;
        }
        int middle = value(text.charAt(start + 13));
        bad |= middle;
        high = (high << 1) | (middle >>> 4);
        long low = middle & 15;
        for (int i = 14; i < SUFFIX_LENGTH; i++) {
            int value = value(text.charAt(start + i));
            bad |= value;
            low = (low << 5) | value;
        }
        return bad < 0 ? Optional.empty() : Optional.of(new UUID(high, low));
    }

    private static int value(char digit) {
        return digit < VALUES.length ? VALUES[digit] : -1;
    }

    private static boolean isPrefix(String prefix) {
        if (prefix.length() > MAX_PREFIX_LENGTH || prefix.startsWith("_") || prefix.endsWith("_")) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char letter = prefix.charAt(i);
            if (letter != '_' && (letter < 'a' || letter > 'z')) {
                return false;
            }
        }
        return true;
    }
}
