package app.spine.consumers;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.TenantId;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An app that calls the API: its owner, what it may do and how much. */
@Entity
@Table(name = "api_consumers")
class Consumer {

    /** The contract version a new consumer is taken to be built against. */
    static final String CONTRACT_VERSION = "v1";

    @Id
    UUID id = new UUID(0, 0);

    @TenantId
    @Column(name = "tenant_id", updatable = false)
    @Nullable
    String tenantId;

    String name = "";

    @Column(name = "owner_name")
    String ownerName = "";

    @Column(name = "owner_email")
    String ownerEmail = "";

    String environment = Environment.LIVE.wire();

    @Nullable
    String purpose;

    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> scopes = new ArrayList<>();

    @Column(name = "scopes_pending")
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> scopesPending = new ArrayList<>();

    @Column(name = "burst_requests")
    @Nullable
    Integer burstRequests;

    @Column(name = "burst_seconds")
    @Nullable
    Integer burstSeconds;

    @Column(name = "sustained_requests")
    @Nullable
    Integer sustainedRequests;

    @Column(name = "sustained_seconds")
    @Nullable
    Integer sustainedSeconds;

    @Column(name = "monthly_quota")
    @Nullable
    Long monthlyQuota;

    @Column(name = "contract_version")
    String contractVersion = CONTRACT_VERSION;

    String status = "active";

    @Column(name = "created_at")
    Instant createdAt = Instant.EPOCH;

    @Column(name = "updated_at")
    Instant updatedAt = Instant.EPOCH;

    @Version
    long version;

    /** For Hibernate. */
    protected Consumer() {}

    /** A new consumer. Sensitive scopes wait for the approval of a second person, whoever asks for them. */
    static Consumer of(UUID id, NewConsumer wanted, Instant now) {
        Consumer consumer = new Consumer();
        consumer.id = id;
        consumer.name = wanted.name();
        consumer.ownerName = wanted.ownerName();
        consumer.ownerEmail = wanted.ownerEmail().strip();
        consumer.environment = wanted.environment().wire();
        consumer.purpose = wanted.purpose();
        for (Scope scope : wanted.scopes().stream().distinct().sorted().toList()) {
            (scope.isSensitive() ? consumer.scopesPending : consumer.scopes).add(scope.wire());
        }
        consumer.limit(wanted.limits() == null ? Limits.NONE : wanted.limits());
        consumer.createdAt = now;
        consumer.updatedAt = now;
        return consumer;
    }

    /** What holds for it: its own limits, the academy's where it has none. */
    EffectiveLimits limits(EffectiveLimits academy) {
        return new EffectiveLimits(
                Objects.requireNonNullElse(burstRequests, academy.burstRequests()),
                Objects.requireNonNullElse(burstSeconds, academy.burstSeconds()),
                Objects.requireNonNullElse(sustainedRequests, academy.sustainedRequests()),
                Objects.requireNonNullElse(sustainedSeconds, academy.sustainedSeconds()),
                monthlyQuota == null ? academy.monthlyQuota() : monthlyQuota);
    }

    private void limit(Limits limits) {
        Limits.Burst burst = limits.burst();
        burstRequests = burst == null ? null : burst.requests();
        burstSeconds = burst == null ? null : burst.seconds();
        Limits.Sustained sustained = limits.sustained();
        sustainedRequests = sustained == null ? null : sustained.requests();
        sustainedSeconds = sustained == null ? null : sustained.seconds();
        monthlyQuota = limits.monthlyQuota();
    }
}
