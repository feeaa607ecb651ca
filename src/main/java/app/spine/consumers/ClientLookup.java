package app.spine.consumers;

import app.spine.tenancy.Tenant;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds out whose a client of the OIDC provider is, before the tenant is known, as {@link KeyLookup} does for a key. */
@ApplicationScoped
public class ClientLookup {

    private static final String FIND = """
            select tenant_id, data_tenant_id, zone, slug, consumer_id, consumer_status, scopes,
                   burst_requests, burst_seconds, sustained_requests, sustained_seconds, monthly_quota
            from find_client(?, ?)""";

    private final DataSource dataSource;

    ClientLookup(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * The consumer that a client is bound to, with all its scopes: what a token may do, {@link LiveKey#narrowedTo} says.
     *
     * @param slug the academy that the consumer must be of; null for any
     */
    public Optional<LiveKey> find(String issuer, String clientId, @Nullable String slug) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, issuer);
            statement.setString(2, clientId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && (slug == null || slug.equals(row.getString("slug")))
                        ? Optional.of(read(row))
                        : Optional.empty();
            }
        }
    }

    private static LiveKey read(ResultSet row) throws SQLException {
        ZoneId zone = ZoneId.of(row.getString("zone"));
        return new LiveKey(
                null,
                new Tenant(row.getObject("tenant_id", UUID.class), zone),
                new Tenant(row.getObject("data_tenant_id", UUID.class), zone),
                row.getObject("consumer_id", UUID.class),
                row.getString("consumer_status").equals("suspended"),
                Set.of((String[]) row.getArray("scopes").getArray()),
                null,
                null,
                null,
                List.of(),
                false,
                false,
                new EffectiveLimits(
                        row.getInt("burst_requests"),
                        row.getInt("burst_seconds"),
                        row.getInt("sustained_requests"),
                        row.getInt("sustained_seconds"),
                        row.getObject("monthly_quota", Long.class)));
    }
}
