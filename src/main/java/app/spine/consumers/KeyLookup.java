package app.spine.consumers;

import app.spine.http.Network;
import app.spine.tenancy.Tenant;
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
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds out whose a key is: the one question that is asked before the tenant is known. */
@ApplicationScoped
public class KeyLookup {

    private static final String FIND = """
            select key_id, tenant_id, data_tenant_id, zone, consumer_id, consumer_status, scopes,
                   not_before, expires_at, revoked_at, networks, is_replaced, awaits_first_use,
                   burst_requests, burst_seconds, sustained_requests, sustained_seconds, monthly_quota
            from find_key(?, ?)""";

    private final DataSource dataSource;
    private final Peppers peppers;

    KeyLookup(DataSource dataSource, Peppers peppers) {
        this.dataSource = dataSource;
        this.peppers = peppers;
    }

    /** The key's hash under the current pepper, by which caches know it. */
    public byte[] hash(String key) {
        return peppers.hmac(peppers.currentVersion(), key);
    }

    /**
     * Asks the database, once for each pepper that keys may still be stored under.
     *
     * @param key a well-formed key
     * @param hash its hash under the current pepper
     */
    public Optional<LiveKey> find(String key, byte[] hash) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(FIND)) {
            for (int version : peppers.versions()) {
                statement.setShort(1, (short) version);
                statement.setBytes(2, version == peppers.currentVersion() ? hash : peppers.hmac(version, key));
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        return Optional.of(read(row));
                    }
                }
            }
            return Optional.empty();
        }
    }

    private static LiveKey read(ResultSet row) throws SQLException {
        ZoneId zone = ZoneId.of(row.getString("zone"));
        return new LiveKey(
                row.getObject("key_id", UUID.class),
                new Tenant(row.getObject("tenant_id", UUID.class), zone),
                new Tenant(row.getObject("data_tenant_id", UUID.class), zone),
                row.getObject("consumer_id", UUID.class),
                row.getString("consumer_status").equals("suspended"),
                Set.of(texts(row.getArray("scopes"))),
                instant(row.getTimestamp("not_before")),
                instant(row.getTimestamp("expires_at")),
                instant(row.getTimestamp("revoked_at")),
                Arrays.stream(texts(row.getArray("networks")))
                        .map(Network::parse)
                        .toList(),
                row.getBoolean("is_replaced"),
                row.getBoolean("awaits_first_use"),
                new EffectiveLimits(
                        row.getInt("burst_requests"),
                        row.getInt("burst_seconds"),
                        row.getInt("sustained_requests"),
                        row.getInt("sustained_seconds"),
                        row.getObject("monthly_quota", Long.class)));
    }

    private static String[] texts(Array array) throws SQLException {
        return (String[]) array.getArray();
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
