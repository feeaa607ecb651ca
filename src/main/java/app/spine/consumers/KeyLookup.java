package app.spine.consumers;

import app.spine.http.Network;
import app.spine.tenancy.RowLevelSecurity;
import app.spine.tenancy.Tenant;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds out whose a key is: the one question that is asked before the tenant is known. */
@ApplicationScoped
public class KeyLookup {

    private static final String FIND = """
            select key_id, tenant_id, data_tenant_id, zone, consumer_id, consumer_status, scopes,
                   not_before, expires_at, revoked_at, networks, is_replaced, awaits_first_use,
                   burst_requests, burst_seconds, sustained_requests, sustained_seconds, monthly_quota
            from find_key(?, ?)""";

    // Guarded by the version it was found under, since other nodes find it at the same moment.
    private static final String RENEW = RowLevelSecurity.ENTER + """
            ;
            update api_keys set pepper_version = ?, hash = ? where tenant_id = ? and id = ? and pepper_version = ?""";

    // Whoever remembers a hundred thousand keys has few academies, scopes and limits among them. Shared, they take a
    // quarter less memory, and what every call looks at stays in the processor's caches.
    private final Canonical<Tenant> tenants = new Canonical<>();
    private final Canonical<Set<String>> scopes = new Canonical<>();
    private final Canonical<EffectiveLimits> limits = new Canonical<>();

    private final AgroalDataSource dataSource;
    private final Peppers peppers;

    KeyLookup(@DataSource("read") AgroalDataSource dataSource, Peppers peppers) {
        this.dataSource = dataSource;
        this.peppers = peppers;
    }

    /** The key's hash under the current pepper, by which caches know it. */
    public byte[] hash(String key) {
        return peppers.hmac(peppers.currentVersion(), key);
    }

    /**
     * Asks the database, once for each pepper that keys may still be stored under. A key found under an older pepper,
     * one of a lower version, is stored under the current one.
     *
     * @param key a well-formed key
     * @param hash its hash under the current pepper
     */
    public Optional<LiveKey> find(String key, byte[] hash) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(FIND)) {
            int current = peppers.currentVersion();
            for (int version : peppers.versions()) {
                LiveKey found = find(statement, version, version == current ? hash : peppers.hmac(version, key));
                if (found != null) {
                    // Only ever to a newer one: while a pepper is being replaced, some nodes still have the old one
                    // first.
                    if (version < current && found.revokedAt() == null) {
                        renew(connection, found, version, hash);
                    }
                    return Optional.of(found);
                }
            }
            // Another node may have stored the key anew between two of the questions.
            return peppers.versions().size() == 1
                    ? Optional.empty()
                    : Optional.ofNullable(find(statement, current, hash));
        }
    }

    private @Nullable LiveKey find(PreparedStatement statement, int version, byte[] hash) throws SQLException {
        statement.setShort(1, (short) version);
        statement.setBytes(2, hash);
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? read(row) : null;
        }
    }

    /** Stores a key under the current pepper from its first use on, so that an older pepper can be given up some day. */
    private void renew(Connection connection, LiveKey key, int version, byte[] hash) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setObject(1, key.tenant().id());
            statement.setShort(2, (short) peppers.currentVersion());
            statement.setBytes(3, hash);
            statement.setObject(4, key.tenant().id());
            statement.setObject(5, key.keyId());
            statement.setShort(6, (short) version);
            statement.execute();
        }
    }

    private LiveKey read(ResultSet row) throws SQLException {
        ZoneId zone = ZoneId.of(row.getString("zone"));
        return new LiveKey(
                row.getObject("key_id", UUID.class),
                tenants.of(new Tenant(row.getObject("tenant_id", UUID.class), zone)),
                tenants.of(new Tenant(row.getObject("data_tenant_id", UUID.class), zone)),
                row.getObject("consumer_id", UUID.class),
                row.getString("consumer_status").equals("suspended"),
                scopes.of(Set.of(texts(row.getArray("scopes")))),
                instant(row.getTimestamp("not_before")),
                instant(row.getTimestamp("expires_at")),
                instant(row.getTimestamp("revoked_at")),
                Arrays.stream(texts(row.getArray("networks")))
                        .map(Network::parse)
                        .toList(),
                row.getBoolean("is_replaced"),
                row.getBoolean("awaits_first_use"),
                limits.of(new EffectiveLimits(
                        row.getInt("burst_requests"),
                        row.getInt("burst_seconds"),
                        row.getInt("sustained_requests"),
                        row.getInt("sustained_seconds"),
                        row.getObject("monthly_quota", Long.class))));
    }

    private static String[] texts(Array array) throws SQLException {
        return (String[]) array.getArray();
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
