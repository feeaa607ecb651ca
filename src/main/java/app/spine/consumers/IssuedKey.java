package app.spine.consumers;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The answer to issuing a key.
 *
 * @param key the key itself: shown this once and stored nowhere
 */
public record IssuedKey(
        String id,
        String key,
        @Schema(nullable = true) @Nullable Instant notBefore,
        @Schema(nullable = true) @Nullable Instant expiresAt) {

    @Override
    public String toString() {
        return "IssuedKey[" + id + "]";
    }
}
