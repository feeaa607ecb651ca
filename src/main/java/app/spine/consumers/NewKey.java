package app.spine.consumers;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be said about a new key; everything may be left out.
 *
 * @param notBefore when it begins to work; at once when null
 * @param expiresAt when it stops working; never when null, or as late as the academy lets a key become
 * @param networks where calls may come from, addresses or ranges in CIDR notation; anywhere when null or empty
 */
public record NewKey(
        @Nullable Instant notBefore,
        @Nullable Instant expiresAt,
        @Nullable @Size(max = AllowedNetworks.MOST) List<@NotNull @Size(max = 64) String> networks) {

    /** With times as precise as they are kept, so that the answer says what holds. */
    NewKey inMicros() {
        return new NewKey(inMicros(notBefore), inMicros(expiresAt), networks);
    }

    private static @Nullable Instant inMicros(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS);
    }
}
