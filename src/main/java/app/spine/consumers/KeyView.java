package app.spine.consumers;

import app.spine.http.TypeId;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A key as people see it after it was issued.
 *
 * @param hint the first four of its random characters and its last four, to tell keys apart
 */
public record KeyView(
        String id,
        String status,
        String hint,
        Instant createdAt,
        String createdBy,
        @Schema(nullable = true) @Nullable Instant notBefore,
        @Schema(nullable = true) @Nullable Instant expiresAt,
        @Schema(nullable = true) @Nullable Instant revokedAt) {

    static KeyView of(ApiKey key, Instant now) {
        return new KeyView(
                TypeId.format("key", key.id),
                key.status(now),
                key.hintStart + "…" + key.hintEnd,
                key.createdAt,
                key.createdBy,
                key.notBefore,
                key.expiresAt,
                key.revokedAt);
    }
}
