package app.spine.setup;

import app.spine.audit.AuditEntry;
import app.spine.audit.AuditSql;
import app.spine.consumers.KeyText;
import app.spine.consumers.Peppers;
import app.spine.consumers.Scope;
import app.spine.events.Actor;
import app.spine.events.Subject;
import app.spine.http.RecordedJson;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes academies and their first consumers with their audit records, in the transaction of a connection of the owner role. */
public final class AcademySql {

    private final Connection connection;
    private final Clock clock;
    private final RecordedJson json;
    private final Actor actor;
    private final OffsetDateTime now;

    public AcademySql(Connection connection, Clock clock, RecordedJson json, Actor actor) {
        this.connection = connection;
        this.clock = clock;
        this.json = json;
        this.actor = actor;
        this.now = clock.instant().atOffset(ZoneOffset.UTC);
    }

    /** Whether the migrations have run. */
    boolean isMigrated() throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select to_regclass('public.api_keys') is not null");
                var row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Whether there is any academy here. */
    public boolean exist() throws SQLException {
        return findId("select id from tenants limit 1").isPresent();
    }

    public Optional<UUID> findTenant(String slug) throws SQLException {
        return findId("select id from tenants where slug = ?", slug);
    }

    public Optional<UUID> findConsumer(UUID tenant, String name) throws SQLException {
        return findId("select id from api_consumers where name = ? and tenant_id = ?", name, tenant);
    }

    /** An academy and its sandbox. */
    public UUID academy(String slug, String name, String zone) throws SQLException {
        UUID id = UuidV7.create(clock);
        String insert = "insert into tenants (id, slug, name, zone, sandbox_of) values (?, ?, ?, ?, ?)";
        execute(insert, id, slug, name, zone, null);
        execute(insert, UuidV7.create(clock), slug + "-sandbox", name + " (sandbox)", zone, id);
        audit(List.of(entry(id, "academy.created", new Subject("academy", slug), new Created(slug, name))));
        return id;
    }

    public UUID consumer(UUID tenant, FirstConsumer consumer) throws SQLException {
        UUID id = UuidV7.create(clock);
        execute(
                """
                insert into api_consumers (tenant_id, id, name, owner_name, owner_email, environment, scopes,
                    burst_requests, burst_seconds, sustained_requests, sustained_seconds, contract_version,
                    created_at, updated_at)
                values (?, ?, ?, ?, ?, 'live', ?, ?, 1, ?, 60, 'v1', ?, ?)""",
                tenant,
                id,
                consumer.name(),
                consumer.ownerName(),
                consumer.ownerEmail(),
                connection.createArrayOf(
                        "text", consumer.scopes().stream().map(Scope::wire).toArray()),
                consumer.perSecond(),
                consumer.perMinute(),
                now,
                now);
        Subject subject = new Subject("consumer", TypeId.format("consumer", id));
        audit(List.of(entry(
                tenant,
                "consumer.created",
                subject,
                new CreatedConsumer(subject.id(), consumer.name(), consumer.ownerName(), consumer.scopes()))));
        return id;
    }

    /** Issues a key that somebody else generated; returns its id. */
    public UUID key(UUID tenant, UUID consumer, String key, Peppers peppers) throws SQLException {
        int version = peppers.currentVersion();
        UUID id = UuidV7.create(clock);
        execute(
                """
                insert into api_keys (tenant_id, id, consumer_id, pepper_version, hash, hint_start, hint_end,
                    created_at, created_by)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                tenant,
                id,
                consumer,
                (short) version,
                peppers.hmac(version, key),
                KeyText.hintStart(key),
                KeyText.hintEnd(key),
                now,
                actor.id());
        String hint = KeyText.hintStart(key) + "…" + KeyText.hintEnd(key);
        Subject subject = new Subject("consumer", TypeId.format("consumer", consumer));
        audit(List.of(entry(tenant, "consumer.key_issued", subject, new CreatedKey(TypeId.format("key", id), hint))));
        return id;
    }

    /** A record of a change that this actor makes now; of nothing before it. */
    public AuditEntry entry(UUID tenant, String event, Subject subject, Object after) throws SQLException {
        try {
            return new AuditEntry(
                    tenant,
                    UuidV7.create(clock),
                    now.toInstant(),
                    event,
                    actor,
                    subject,
                    actor.id(),
                    null,
                    null,
                    json.forAudit(after));
        } catch (JsonProcessingException e) {
            throw new SQLException("what " + event + " says cannot be rendered", e);
        }
    }

    public void audit(List<AuditEntry> entries) throws SQLException {
        AuditSql.write(connection, entries);
    }

    @RegisterForReflection
    record Created(String slug, String name) {}

    @RegisterForReflection
    record CreatedConsumer(String id, String name, String ownerName, List<Scope> scopes) {}

    @RegisterForReflection
    record CreatedKey(String id, String hint) {}

    private Optional<UUID> findId(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = filled(sql, values);
                var row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
        }
    }

    private void execute(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = filled(sql, values)) {
            statement.executeUpdate();
        }
    }

    private PreparedStatement filled(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
