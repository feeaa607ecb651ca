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

/** A folded word that a member is found by. */
@Entity
@Table(name = "member_search_tokens")
@IdClass(SearchToken.Key.class)
class SearchToken {

    /** A member has each word once. */
    record Key(UUID memberId, String token) implements Serializable {}

    @Id
    @Column(name = "member_id")
    UUID memberId = new UUID(0, 0);

    @Id
    String token = "";

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    /** For Hibernate. */
    protected SearchToken() {}

    SearchToken(UUID memberId, String token) {
        this.memberId = memberId;
        this.token = token;
    }
}
