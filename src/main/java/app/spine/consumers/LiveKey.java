package app.spine.consumers;

import app.spine.http.Network;
import app.spine.tenancy.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs to know of the key it came with, or of the consumer whose client's token it came with.
 *
 * @param keyId null for a token, behind which there is no key
 * @param scopes what the call may do: the consumer's, for a token those that it holds as well
 * @param tenant the academy: its limits, its log
 * @param limits what the consumer may call: its own limits, or the academy's where it has none
 * @param networks where calls may come from; empty for anywhere
 * @param isReplaced whether another key is taking its place, so that it ends at {@code expiresAt}
 * @param awaitsFirstUse whether it takes the place of another key, whose clock may start with its first use
 * @param dataTenant whose records the key reaches: the academy, or its sandbox for a test consumer
 */
public record LiveKey(
        @Nullable UUID keyId,
        Tenant tenant,
        Tenant dataTenant,
        UUID consumerId,
        boolean suspended,
        Set<String> scopes,
        @Nullable Instant notBefore,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        List<Network> networks,
        boolean isReplaced,
        boolean awaitsFirstUse,
        EffectiveLimits limits) {

    /** How long before its end a key is first spoken of. */
    static final Duration FIRST_REMINDER = Duration.ofDays(30);

    // As RFC 9110, section 5.6.7, has it; Java's own RFC 1123 format writes days of one digit.
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** The same, with those of its scopes that are among these as well. */
    public LiveKey narrowedTo(Set<String> held) {
        return new LiveKey(
                keyId,
                tenant,
                dataTenant,
                consumerId,
                suspended,
                scopes.stream().filter(held::contains).collect(Collectors.toUnmodifiableSet()),
                notBefore,
                expiresAt,
                revokedAt,
                networks,
                isReplaced,
                awaitsFirstUse,
                limits);
    }

    /** Whether a call may come from this address, as text. */
    public boolean admits(String address) {
        return networks.isEmpty() || networks.stream().anyMatch(network -> network.contains(address));
    }

    /**
     * What each answer says of the key's end, as an HTTP date: for a key that another is replacing, and for one in its
     * last thirty days. Null for every other, and for one that no longer works.
     */
    public @Nullable String endingSoon(Instant now) {
        if (expiresAt == null || revokedAt != null || !now.isBefore(expiresAt)) {
            return null;
        }
        return isReplaced || now.plus(FIRST_REMINDER).isAfter(expiresAt) ? IMF_FIXDATE.format(expiresAt) : null;
    }
}
