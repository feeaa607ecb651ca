package app.spine.members;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/** One way to reach a member, as it was given and as it is compared. */
@Entity
@Table(name = "member_contacts")
@IdClass(MemberContact.Key.class)
class MemberContact {

    /** A member's contacts are counted from 0. */
    record Key(UUID memberId, short position) implements Serializable {}

    @Id
    @Column(name = "member_id")
    UUID memberId = new UUID(0, 0);

    @Id
    short position;

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    String type = "";

    String value = "";

    String normalised = "";

    /** For Hibernate. */
    protected MemberContact() {}

    MemberContact(UUID memberId, int position, ContactView contact) {
        this.memberId = memberId;
        this.position = (short) position;
        this.type = contact.type().wire();
        this.value = contact.value();
        this.normalised = contact.normalised();
    }

    ContactView view() {
        return new ContactView(ContactType.parse(type).orElseThrow(), value, normalised);
    }
}
