package app.spine.consumers;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.TenantId;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A key of a consumer, as far as the database knows it: never the key itself. */
@Entity
@Table(name = "api_keys")
class ApiKey {

    @Id
    UUID id = new UUID(0, 0);

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    @Column(name = "consumer_id")
    UUID consumerId = new UUID(0, 0);

    @Column(name = "pepper_version")
    short pepperVersion;

    byte[] hash = new byte[0];

    @Column(name = "hint_start")
    String hintStart = "";

    @Column(name = "hint_end")
    String hintEnd = "";

    @Column(name = "created_at")
    Instant createdAt = Instant.EPOCH;

    @Column(name = "created_by")
    String createdBy = "";

    @Column(name = "not_before")
    @Nullable
    Instant notBefore;

    @Column(name = "expires_at")
    @Nullable
    Instant expiresAt;

    @Column(name = "revoked_at")
    @Nullable
    Instant revokedAt;

    @Column(name = "leaked_at")
    @Nullable
    Instant leakedAt;

    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> networks = new ArrayList<>();

    /** The end that was asked for when the key was issued; keys rotated from it by their own consumer end no later. */
    @Column(name = "latest_expires_at")
    @Nullable
    Instant latestExpiresAt;

    @Nullable
    UUID replaces;

    @Column(name = "replaced_by")
    @Nullable
    UUID replacedBy;

    /** How long it goes on after the first use of the key that replaces it; null when its end is known already. */
    @Column(name = "overlap_seconds")
    @Nullable
    Integer overlapSeconds;

    /** Of a key that replaces another. */
    @Column(name = "first_used_at")
    @Nullable
    Instant firstUsedAt;

    /** For Hibernate. */
    protected ApiKey() {}

    ApiKey(UUID id, UUID consumerId, String key, Peppers peppers, String createdBy, Instant now) {
        this.id = id;
        this.consumerId = consumerId;
        this.pepperVersion = (short) peppers.currentVersion();
        this.hash = peppers.hmac(peppers.currentVersion(), key);
        this.hintStart = KeyText.hintStart(key);
        this.hintEnd = KeyText.hintEnd(key);
        this.createdBy = createdBy;
        this.createdAt = now;
    }

    /** {@code active}, {@code expiring}, {@code expired}, {@code revoked} or {@code leaked} at this moment. */
    String status(Instant now) {
        if (leakedAt != null) {
            return "leaked";
        }
        if (revokedAt != null) {
            return "revoked";
        }
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            return "expired";
        }
        return replacedBy == null ? "active" : "expiring";
    }

    /** Whether it is neither revoked nor past its end; it may not have begun yet. */
    boolean isLive(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    /** A key takes its place: it ends at {@code end}, or earlier where the overlap runs from the other's first use. */
    void giveWayTo(UUID successor, Instant end, @Nullable Integer secondsAfterFirstUse) {
        replacedBy = successor;
        overlapSeconds = secondsAfterFirstUse;
        endBy(end);
    }

    /** The key that replaces it is used for the first time; returns whether that moved its end. */
    boolean startClock(Instant now) {
        Instant before = expiresAt;
        if (overlapSeconds != null) {
            endBy(now.plusSeconds(overlapSeconds));
            overlapSeconds = null;
        }
        return !Objects.equals(before, expiresAt);
    }

    /** An end comes closer and never moves away. */
    private void endBy(Instant end) {
        if (expiresAt == null || end.isBefore(expiresAt)) {
            expiresAt = end;
        }
    }
}
