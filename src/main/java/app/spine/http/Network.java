package app.spine.http;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/** A range of addresses in CIDR notation, IPv4 or IPv6. Names are never resolved. */
public final class Network {

    private final byte[] prefix;
    private final int bits;

    private Network(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("'" + text + "' is no address or network in CIDR notation");
        }
        int bits = address.length * 8;
        if (slash >= 0) {
            try {
                bits = Integer.parseInt(text.substring(slash + 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' has no prefix length after the slash", e);
            }
        }
        if (bits < 0 || bits > address.length * 8) {
            throw new IllegalArgumentException("'" + text + "' has a prefix length outside 0 to " + address.length * 8);
        }
        return new Network(address, bits);
    }

    /** Whether the address was written with bits beyond the prefix, as in {@code 10.0.0.1/8}: it may mean less than it says. */
    public boolean hasBitsBeyondPrefix() {
        for (int i = bits; i < prefix.length * 8; i++) {
            if ((prefix[i / 8] & (0x80 >> (i % 8))) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether the address, in text, lies in this range; false for text that is no address. */
    public boolean contains(String address) {
        byte[] bytes = bytes(address);
        if (bytes == null || bytes.length != prefix.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i % 8);
            if (((bytes[i / 8] ^ prefix[i / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The address's bytes, an IPv4 address written as IPv6 as its four; null for text that is no address. */
    public static byte @Nullable [] bytes(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes != null && bytes.length == 16 && isMappedIpv4(bytes)) {
            return new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]};
        }
        return bytes;
    }

    /** In CIDR notation, the address in its shortest form (RFC 5952). */
    @Override
    public String toString() {
        return NetUtil.bytesToIpAddress(prefix) + "/" + bits;
    }

    private static boolean isMappedIpv4(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
    }
}
