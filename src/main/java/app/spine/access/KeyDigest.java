package app.spine.access;

import java.nio.ByteBuffer;

/** A key's keyed hash as a cache key: 256 bits in four numbers, compared without an array. */
record KeyDigest(long a, long b, long c, long d) {

    static KeyDigest of(byte[] hash) {
        ByteBuffer bytes = ByteBuffer.wrap(hash);
        return new KeyDigest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }
}
