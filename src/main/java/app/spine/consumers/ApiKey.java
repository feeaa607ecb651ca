package app.spine.consumers;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
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

    /** {@code active}, {@code expired} or {@code revoked} at this moment. */
    String status(Instant now) {
        if (revokedAt != null) {
            return "revoked";
        }
        return expiresAt != null && !now.isBefore(expiresAt) ? "expired" : "active";
    }
}
