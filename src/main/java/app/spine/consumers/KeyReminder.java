package app.spine.consumers;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** That a key's end was spoken of, so many days before it. */
@Entity
@Table(name = "api_key_reminders")
@IdClass(KeyReminder.Key.class)
class KeyReminder {

    /** A key's end is spoken of once at each distance. */
    record Key(UUID keyId, short days) implements Serializable {}

    @Id
    @Column(name = "key_id")
    UUID keyId = new UUID(0, 0);

    @Id
    short days;

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    @Column(name = "sent_at")
    Instant sentAt = Instant.EPOCH;

    /** For Hibernate. */
    protected KeyReminder() {}
}
