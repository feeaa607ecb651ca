package app.spine.members;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** A person of the academy: adult or child, trial or member. */
@Entity
@Table(name = "members")
class Member {

    @Id
    UUID id = new UUID(0, 0);

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    @Column(name = "legal_name")
    String legalName = "";

    @Column(name = "preferred_name")
    @Nullable
    String preferredName;

    @Column(name = "date_of_birth")
    @Nullable
    LocalDate dateOfBirth;

    String status = MemberStatus.TRIAL.wire();

    @Column(name = "created_at")
    Instant createdAt = Instant.EPOCH;

    @Column(name = "updated_at")
    Instant updatedAt = Instant.EPOCH;

    @Version
    long version;

    /** For Hibernate. */
    protected Member() {}

    Member(UUID id, Instant now) {
        this.id = id;
        this.createdAt = now;
        this.updatedAt = now;
    }

    void describe(MemberDetails details, Instant now) {
        legalName = details.legalName();
        preferredName = details.preferredName();
        dateOfBirth = details.dateOfBirth();
        status = details.status().wire();
        updatedAt = now;
    }
}
