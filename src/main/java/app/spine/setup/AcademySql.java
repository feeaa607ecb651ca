package app.spine.setup;

import app.spine.consumers.KeyText;
import app.spine.consumers.Peppers;
import app.spine.consumers.Scope;
import app.spine.http.UuidV7;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes academies and their first consumers, in the transaction of a connection of the owner role. */
public final class AcademySql {

    private final Connection connection;
    private final Clock clock;
    private final OffsetDateTime now;

    public AcademySql(Connection connection, Clock clock) {
        this.connection = connection;
        this.clock = clock;
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
        return id;
    }

    public void key(UUID tenant, UUID consumer, String key, Peppers peppers, String createdBy) throws SQLException {
        int version = peppers.currentVersion();
        execute(
                """
                insert into api_keys (tenant_id, id, consumer_id, pepper_version, hash, hint_start, hint_end,
                    created_at, created_by)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                tenant,
                UuidV7.create(clock),
                consumer,
                (short) version,
                peppers.hmac(version, key),
                KeyText.hintStart(key),
                KeyText.hintEnd(key),
                now,
                createdBy);
    }

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
