package app.spine.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The opaque {@code next} of a list: the last id that was shown, tied to its list and filters.
 *
 * <p>It is no secret and not signed: whoever forges one reaches a position in a list that they may read anyway. The tie
 * is there so that a cursor taken to other filters is refused instead of silently skipping records.
 */
public final class Cursor {

    /** 8 bytes of hash and 16 of id are 32 base64url characters, with no padding and no spare bits to vary. */
    static final int LENGTH = 32;

    private static final int HASH_BYTES = 8;

    /** Part of what is hashed: raise it when the meaning of a position changes, and old cursors are refused. */
    private static final byte VERSION = 1;

    private Cursor() {}

    /** 32 URL-safe characters. */
    public static String encode(String list, String filterFingerprint, UUID last) {
        byte[] bytes = ByteBuffer.allocate(HASH_BYTES + 16)
                .putLong(hash(list, filterFingerprint))
                .putLong(last.getMostSignificantBits())
                .putLong(last.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    /** The last id shown; empty for anything that {@link #encode} did not make for this list and these filters. */
    public static Optional<UUID> decode(@Nullable String text, String list, String filterFingerprint) {
        if (text == null || text.length() != LENGTH || !isBase64Url(text)) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
        if (bytes.getLong() != hash(list, filterFingerprint)) {
            return Optional.empty();
        }
        return Optional.of(new UUID(bytes.getLong(), bytes.getLong()));
    }

    private static boolean isBase64Url(String text) {
        return text.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '_');
    }

    private static long hash(String list, String filterFingerprint) {
        MessageDigest digest = sha256();
        byte[] name = list.getBytes(StandardCharsets.UTF_8);
        digest.update(VERSION);
        // The length keeps ("a", "bc") apart from ("ab", "c").
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
        digest.update(name);
        digest.update(filterFingerprint.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
