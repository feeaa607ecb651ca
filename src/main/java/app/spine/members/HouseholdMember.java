package app.spine.members;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** A member's place in a household, with its dates. */
@Entity
@Table(name = "household_members")
@IdClass(HouseholdMember.Key.class)
class HouseholdMember {

    /** Who leaves and comes back has two rows. */
    record Key(UUID householdId, UUID memberId, LocalDate since) implements Serializable {}

    @Id
    @Column(name = "household_id")
    UUID householdId = new UUID(0, 0);

    @Id
    @Column(name = "member_id")
    UUID memberId = new UUID(0, 0);

    @Id
    LocalDate since = LocalDate.EPOCH;

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    String role = "";

    @Nullable
    LocalDate until;

    /** For Hibernate. */
    protected HouseholdMember() {}
}
