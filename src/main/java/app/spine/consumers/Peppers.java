package app.spine.consumers;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets under which keys are hashed, by version, newest first; they are in the configuration and never in the
 * database, so that a stolen table of hashes verifies nothing.
 */
public final class Peppers {

    private static final String ALGORITHM = "HmacSHA256";

    /** As long as the hash, which RFC 2104, section 3, recommends as the least. */
    private static final int MIN_SECRET_BYTES = 32;

    /**
     * 32 random bytes hold fewer different ones than this once in 10^18 times; a word, a pattern or a repeated character
     * does always.
     */
    private static final int MIN_DIFFERENT_BYTES = 16;

    /** The column is a smallint. */
    private static final int MAX_VERSION = Short.MAX_VALUE;

    private static final String REMEDY = """
            It is the secret that API keys are hashed under: make one with
              echo "1:$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')"
            set it as SPINE_PEPPERS, the same on every node, and keep it: without it no issued key works.""";

    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,4}");

    /**
     * One keyed Mac for each version, which is only ever cloned. A clone keeps the key, takes no lock and belongs to the
     * request alone, so it suits virtual threads: a ThreadLocal would be filled anew for each of them, and a pool is one
     * more thing that threads meet at. Measured for a key: 270 ns cloned, 220 ns from a pool, 600 ns made anew.
     */
    private final Map<Integer, Mac> macs;

    private final int currentVersion;

    private Peppers(Map<Integer, Mac> macs) {
        this.macs = macs;
        this.currentVersion = macs.keySet().iterator().next();
    }

    /**
     * Reads {@code version:base64url secret} separated by commas, the current one first. Throws
     * {@link IllegalArgumentException} that tells which entry is wrong and never shows any of it.
     */
    public static Peppers parse(String configured) {
        String[] entries = configured.split(",", -1);
        Map<Integer, Mac> macs = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i++) {
            String where = "pepper " + (i + 1) + " of " + entries.length;
            String entry = entries[i].strip();
            int colon = entry.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException(where + " is not of the form version:secret");
            }
            int version = version(where, entry.substring(0, colon));
            Mac mac = keyed(secret(where, entry.substring(colon + 1)));
            if (macs.putIfAbsent(version, mac) != null) {
                throw new IllegalArgumentException(where + " repeats version " + version);
            }
        }
        return new Peppers(macs);
    }

    /**
     * As {@link #parse}, of a setting that has to be there; its {@link IllegalArgumentException} tells the person at the
     * console what to set.
     */
    public static Peppers require(Optional<String> configured) {
        if (configured.isEmpty()) {
            throw new IllegalArgumentException("spine.peppers is not set. " + REMEDY);
        }
        try {
            Peppers peppers = parse(configured.get());
            refuseGuessable(configured.get());
            return peppers;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("spine.peppers cannot be used: " + e.getMessage() + ". " + REMEDY);
        }
    }

    /** HMAC-SHA-256 of the key, 32 bytes; throws {@link IllegalArgumentException} for a version that is not configured. */
    public byte[] hmac(int version, String key) {
        Mac mac = macs.get(version);
        if (mac == null) {
            throw new IllegalArgumentException("no pepper of version " + version + " is configured");
        }
        try {
            // UTF-8 is ASCII for a key, and unlike ASCII maps no two other texts to the same bytes.
            return ((Mac) mac.clone()).doFinal(key.getBytes(StandardCharsets.UTF_8));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the Mac of this platform cannot be cloned", e);
        }
    }

    /** Under which new keys are stored. */
    public int currentVersion() {
        return currentVersion;
    }

    /** The current one first, then as configured. */
    public List<Integer> versions() {
        return List.copyOf(macs.keySet());
    }

    @Override
    public String toString() {
        return "Peppers" + versions();
    }

    private static int version(String where, String text) {
        int version = VERSION.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (version < 1 || version > MAX_VERSION) {
            throw new IllegalArgumentException(where + " has no version of 1 to " + MAX_VERSION + " before its colon");
        }
        return version;
    }

    private static byte[] secret(String where, String text) {
        byte[] secret;
        try {
            secret = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            // Without the cause: its message quotes a character of the secret.
            throw new IllegalArgumentException(where + " has a secret that is not base64url");
        }
        if (secret.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(where + " has a secret of fewer than " + MIN_SECRET_BYTES + " bytes");
        }
        return secret;
    }

    private static void refuseGuessable(String configured) {
        String[] entries = configured.split(",", -1);
        for (int i = 0; i < entries.length; i++) {
            String where = "pepper " + (i + 1) + " of " + entries.length;
            String text = entries[i].strip();
            if (differentBytes(secret(where, text.substring(text.indexOf(':') + 1))) < MIN_DIFFERENT_BYTES) {
                throw new IllegalArgumentException(where + " has a secret that repeats itself, so it is not random");
            }
        }
    }

    private static int differentBytes(byte[] secret) {
        BitSet seen = new BitSet(256);
        for (byte b : secret) {
            seen.set(Byte.toUnsignedInt(b));
        }
        return seen.cardinality();
    }

    private static Mac keyed(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
