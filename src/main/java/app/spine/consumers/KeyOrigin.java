package app.spine.consumers;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** That a key arrived with an Origin header, as it was known some seconds ago at most. */
@Entity
@Table(name = "api_key_origins")
class KeyOrigin {

    @Id
    @Column(name = "key_id")
    UUID keyId = new UUID(0, 0);

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    @Nullable
    String host;

    @Column(name = "first_seen_at")
    Instant firstSeenAt = Instant.EPOCH;

    @Column(name = "last_seen_at")
    Instant lastSeenAt = Instant.EPOCH;

    /** For Hibernate. */
    protected KeyOrigin() {}
}
