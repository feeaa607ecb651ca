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
import java.util.stream.Stream;
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

    /** Those that this installation speaks, as a regular expression. */
    static final String CONTRACT_VERSIONS = "v1";

    static final String NO_SUCH_CONTRACT = "names a version of the contract: v1 is the only one";

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

    /** Who asked for the scopes that wait, and therefore cannot approve them; null when none wait. */
    @Column(name = "scopes_requested_by")
    @Nullable
    String scopesRequestedBy;

    @Column(name = "scopes_requested_at")
    @Nullable
    Instant scopesRequestedAt;

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

    /** When somebody said that it was built against this version; null where nobody did. */
    @Column(name = "contract_agreed_at")
    @Nullable
    Instant contractAgreedAt;

    @Column(name = "contract_agreed_by")
    @Nullable
    String contractAgreedBy;

    String status = "active";

    /** The OIDC provider and its client whose tokens count for this consumer; null when there is none. */
    @Column(name = "oauth_issuer")
    @Nullable
    String oauthIssuer;

    @Column(name = "oauth_client_id")
    @Nullable
    String oauthClientId;

    @Column(name = "created_at")
    Instant createdAt = Instant.EPOCH;

    @Column(name = "updated_at")
    Instant updatedAt = Instant.EPOCH;

    @Version
    long version;

    /** For Hibernate. */
    protected Consumer() {}

    /** A new consumer. Sensitive scopes wait for the approval of a second person, whoever asks for them. */
    static Consumer of(UUID id, NewConsumer wanted, String requester, Instant now) {
        Consumer consumer = new Consumer();
        consumer.id = id;
        consumer.environment = wanted.environment().wire();
        consumer.createdAt = now;
        consumer.describe(
                new ConsumerDetails(
                                wanted.name(),
                                wanted.ownerName(),
                                wanted.ownerEmail(),
                                wanted.purpose(),
                                wanted.scopes(),
                                wanted.limits(),
                                CONTRACT_VERSION,
                                ConsumerStatus.ACTIVE)
                        .normalised(),
                requester,
                now);
        if (wanted.contractVersion() != null) {
            consumer.agree(wanted.contractVersion(), requester, now);
        }
        return consumer;
    }

    /** What a change starts from. */
    ConsumerDetails details() {
        return new ConsumerDetails(
                        name,
                        ownerName,
                        ownerEmail,
                        purpose,
                        Stream.concat(scopes.stream(), scopesPending.stream())
                                .flatMap(scope -> Scope.parse(scope).stream())
                                .toList(),
                        ownLimits(),
                        contractVersion,
                        status.equals(ConsumerStatus.SUSPENDED.wire())
                                ? ConsumerStatus.SUSPENDED
                                : ConsumerStatus.ACTIVE)
                .normalised();
    }

    /** Takes over what was wanted; a sensitive scope that it does not hold yet waits for the approval of a second person. */
    void describe(ConsumerDetails wanted, String requester, Instant now) {
        name = wanted.name();
        ownerName = wanted.ownerName();
        ownerEmail = wanted.ownerEmail();
        purpose = wanted.purpose();
        if (!contractVersion.equals(wanted.contractVersion())) {
            agree(wanted.contractVersion(), requester, now);
        }
        status = wanted.status().wire();
        limit(wanted.requireLimits());
        request(wanted.scopes(), requester, now);
        updatedAt = now;
    }

    /** Somebody says which version of the contract it was built against. */
    void agree(String version, String by, Instant now) {
        contractVersion = version;
        contractAgreedAt = now;
        contractAgreedBy = by;
        updatedAt = now;
    }

    private void request(List<Scope> wanted, String requester, Instant now) {
        List<String> granted = new ArrayList<>();
        List<String> pending = new ArrayList<>();
        for (Scope scope : wanted) {
            (scopes.contains(scope.wire()) || !scope.isSensitive() ? granted : pending).add(scope.wire());
        }
        if (pending.isEmpty()) {
            scopesRequestedBy = null;
            scopesRequestedAt = null;
        } else if (!scopesPending.containsAll(pending)) {
            scopesRequestedBy = requester;
            scopesRequestedAt = now;
        }
        scopes = granted;
        scopesPending = pending;
    }

    /** A second person agreed to what waits. */
    void grantPending(Instant now) {
        scopes = Stream.concat(scopes.stream(), scopesPending.stream())
                .flatMap(scope -> Scope.parse(scope).stream())
                .distinct()
                .sorted()
                .map(Scope::wire)
                .toList();
        dropPending(now);
    }

    /** What waits is no longer asked for. */
    void dropPending(Instant now) {
        scopesPending = new ArrayList<>();
        scopesRequestedBy = null;
        scopesRequestedAt = null;
        updatedAt = now;
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

    private Limits ownLimits() {
        return new Limits(
                burstRequests == null || burstSeconds == null ? null : new Limits.Burst(burstRequests, burstSeconds),
                sustainedRequests == null || sustainedSeconds == null
                        ? null
                        : new Limits.Sustained(sustainedRequests, sustainedSeconds),
                monthlyQuota);
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
