package app.spine.consumers;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a rotation.
 *
 * @param key the new key itself: shown this once and stored nowhere
 * @param replaces the old key
 * @param oldExpiresAt when the old key ends; until the first use of the new one, the deadline
 */
public record RotatedKey(
        String id,
        String key,
        @Schema(nullable = true) @Nullable Instant expiresAt,
        String replaces,
        Instant oldExpiresAt) {

    @Override
    public String toString() {
        return "RotatedKey[" + id + "]";
    }
}
