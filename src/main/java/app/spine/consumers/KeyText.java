package app.spine.consumers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The text of an API key: {@code spine_<env>_}, 30 random base62 characters, and the CRC-32 of all before it in six.
 *
 * <p>30 characters of base62 are 178 bits, so a key cannot be guessed and needs no slow hash in the database.
 */
public final class KeyText {

    /** Finds a leaked key in any text. */
    public static final String PATTERN = "spine_(live|test)_[0-9A-Za-z]{36}";

    private static final String LIVE_PREFIX = "spine_live_";
    private static final String TEST_PREFIX = "spine_test_";
    private static final int PREFIX_LENGTH = LIVE_PREFIX.length();
    private static final int RANDOM_LENGTH = 30;
    private static final int CHECKSUM_LENGTH = 6; // 62^6 is above 2^32
    private static final int CHECKSUM_START = PREFIX_LENGTH + RANDOM_LENGTH;

    /** Of every key, in characters. */
    public static final int LENGTH = CHECKSUM_START + CHECKSUM_LENGTH;

    private static final int HINT_LENGTH = 4;
    private static final byte[] DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUES = new byte[128];

    /**
     * CRC-32 of IEEE 802.3, reflected. {@link java.util.zip.CRC32} takes bytes only, and copying the key into an array
     * for each request would cost more than this table.
     */
    private static final int[] CRC_TABLE = new int[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int value = 0; value < DIGITS.length; value++) {
            VALUES[DIGITS[value]] = (byte) value;
        }
        for (int index = 0; index < CRC_TABLE.length; index++) {
            int crc = index;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0xEDB88320;
            }
            CRC_TABLE[index] = crc;
        }
    }

    private static final int LIVE_CRC = crc(-1, LIVE_PREFIX, 0, PREFIX_LENGTH);
    private static final int TEST_CRC = crc(-1, TEST_PREFIX, 0, PREFIX_LENGTH);

    private KeyText() {}

    /** A new key. The source of randomness is the key's only protection: a SecureRandom wherever the key will work. */
    public static String generate(Environment environment, RandomGenerator random) {
        StringBuilder key = new StringBuilder(LENGTH).append(prefix(environment));
        while (key.length() < CHECKSUM_START) {
            // Six bits are 0 to 63: 62 and 63 are thrown away, since folding them back would favour two characters.
            int value = random.nextInt() >>> 26;
            if (value < DIGITS.length) {
                key.append((char) DIGITS[value]);
            }
        }
        long checksum = Integer.toUnsignedLong(~crc(-1, key, 0, CHECKSUM_START));
        key.setLength(LENGTH);
        for (int at = LENGTH - 1; at >= CHECKSUM_START; at--) {
            key.setCharAt(at, (char) DIGITS[(int) (checksum % DIGITS.length)]);
            checksum /= DIGITS.length;
        }
        return key.toString();
    }

    /** Prefix, length, alphabet and checksum. Allocates nothing, since every request with a bearer token comes here. */
    public static boolean isWellFormed(@Nullable String text) {
        if (text == null || text.length() != LENGTH) {
            return false;
        }
        int crc;
        if (text.startsWith(LIVE_PREFIX)) {
            crc = LIVE_CRC;
        } else if (text.startsWith(TEST_PREFIX)) {
            crc = TEST_CRC;
        } else {
            return false;
        }
        int bad = 0;
        for (int at = PREFIX_LENGTH; at < CHECKSUM_START; at++) {
            char c = text.charAt(at);
            bad |= value(c);
            crc = next(crc, c);
        }
        long checksum = 0;
        for (int at = CHECKSUM_START; at < LENGTH; at++) {
            int value = value(text.charAt(at));
            bad |= value;
            checksum = checksum * DIGITS.length + value;
        }
        // A character outside the alphabet has the value -1 and leaves the sum of bits negative.
        return bad >= 0 && checksum == Integer.toUnsignedLong(~crc);
    }

    /** Of a well-formed key. */
    public static Environment environment(String key) {
        return requireKey(key).startsWith(LIVE_PREFIX) ? Environment.LIVE : Environment.TEST;
    }

    /** The first four of the random part, by which people tell keys apart. */
    public static String hintStart(String key) {
        return requireKey(key).substring(PREFIX_LENGTH, PREFIX_LENGTH + HINT_LENGTH);
    }

    /** The last four characters. */
    public static String hintEnd(String key) {
        return requireKey(key).substring(LENGTH - HINT_LENGTH);
    }

    private static String prefix(Environment environment) {
        return switch (environment) {
            case LIVE -> LIVE_PREFIX;
            case TEST -> TEST_PREFIX;
        };
    }

    private static String requireKey(String key) {
        if (!isWellFormed(key)) {
            throw new IllegalArgumentException("not a well-formed key"); // never with the text in it
        }
        return key;
    }

    private static int value(char c) {
        return c < VALUES.length ? VALUES[c] : -1;
    }

    private static int crc(int start, CharSequence text, int from, int to) {
        int crc = start;
        for (int at = from; at < to; at++) {
            crc = next(crc, text.charAt(at));
        }
        return crc;
    }

    private static int next(int crc, char c) {
        return (crc >>> 8) ^ CRC_TABLE[(crc ^ c) & 0xff];
    }
}
