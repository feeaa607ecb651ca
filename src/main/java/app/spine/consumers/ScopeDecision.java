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

/** What a second person decided about scopes that waited. The database refuses one of the person who asked. */
@Entity
@Table(name = "api_scope_decisions")
class ScopeDecision {

    @Id
    UUID id = new UUID(0, 0);

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    @Column(name = "consumer_id")
    UUID consumerId = new UUID(0, 0);

    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> scopes = new ArrayList<>();

    @Column(name = "requested_by")
    String requestedBy = "";

    @Column(name = "requested_at")
    Instant requestedAt = Instant.EPOCH;

    @Column(name = "decided_by")
    String decidedBy = "";

    @Column(name = "decided_at")
    Instant decidedAt = Instant.EPOCH;

    boolean approved;

    @Nullable
    String note;

    /** For Hibernate. */
    protected ScopeDecision() {}

    ScopeDecision(
            UUID id, Consumer consumer, String decidedBy, Instant decidedAt, boolean approved, @Nullable String note) {
        this.id = id;
        this.consumerId = consumer.id;
        this.scopes = new ArrayList<>(consumer.scopesPending);
        this.requestedBy = Objects.requireNonNull(consumer.scopesRequestedBy, "what waits was asked for by somebody");
        this.requestedAt = Objects.requireNonNull(consumer.scopesRequestedAt, "what waits was asked for at some time");
        this.decidedBy = decidedBy;
        this.decidedAt = decidedAt;
        this.approved = approved;
        this.note = note;
    }
}
