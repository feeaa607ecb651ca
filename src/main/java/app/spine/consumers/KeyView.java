package app.spine.consumers;

import app.spine.http.TypeId;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A key as people see it after it was issued.
 *
 * @param status expiring: another key is taking its place, and it works until {@code expiresAt}
 * @param hint the first four of its random characters and its last four, to tell keys apart
 * @param networks where calls may come from; empty for anywhere
 * @param replaces the key whose place it took
 * @param replacedBy the key that takes its place
 * @param firstUsedAt when a key that replaces another was used for the first time
 * @param lastUsed the last call that was let in; of a key that is being replaced, who still uses it
 * @param originSeen that it was sent by a web page, where anyone can read it; null where it never was
 * @param reminders of its end, the earliest first
 */
public record KeyView(
        String id,

        @Schema(enumeration = {"active", "expiring", "expired", "revoked", "leaked"})
        String status,

        String hint,
        Instant createdAt,
        String createdBy,
        @Schema(nullable = true) @Nullable Instant notBefore,
        @Schema(nullable = true) @Nullable Instant expiresAt,
        @Schema(nullable = true) @Nullable Instant revokedAt,
        List<String> networks,
        @Schema(nullable = true) @Nullable String replaces,
        @Schema(nullable = true) @Nullable String replacedBy,
        @Schema(nullable = true) @Nullable Instant firstUsedAt,
        @Schema(nullable = true) @Nullable LastUse lastUsed,
        @Schema(nullable = true) @Nullable OriginSeen originSeen,
        List<SentReminder> reminders) {

    /** Without use, origin and reminders, which are no part of what changes. */
    static KeyView of(ApiKey key, Instant now) {
        return of(key, now, null, null, List.of());
    }

    static KeyView of(
            ApiKey key,
            Instant now,
            @Nullable LastUse lastUsed,
            @Nullable OriginSeen originSeen,
            List<SentReminder> reminders) {
        return new KeyView(
                TypeId.format("key", key.id),
                key.status(now),
                key.hintStart + "…" + key.hintEnd,
                key.createdAt,
                key.createdBy,
                key.notBefore,
                key.expiresAt,
                key.revokedAt,
                List.copyOf(key.networks),
                key.replaces == null ? null : TypeId.format("key", key.replaces),
                key.replacedBy == null ? null : TypeId.format("key", key.replacedBy),
                key.firstUsedAt,
                lastUsed,
                originSeen,
                reminders);
    }
}
