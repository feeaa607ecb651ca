package app.spine.consumers;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** The last call that was let in with a key, as it was known a minute ago at most. */
@Entity
@Table(name = "api_key_use")
class KeyUse {

    @Id
    @Column(name = "key_id")
    UUID keyId = new UUID(0, 0);

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    @Column(name = "last_used_at")
    Instant lastUsedAt = Instant.EPOCH;

    String address = "";

    String operation = "";

    @Nullable
    String agent;

    /** For Hibernate. */
    protected KeyUse() {}
}
