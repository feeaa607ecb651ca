package app.spine.portal;

import app.spine.tenancy.CurrentTenant;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the people of an academy are called: changes have the provider's id of who made them, which says nothing to a
 * reader. Every method runs in the transaction that its caller opened.
 */
@ApplicationScoped
class People {

    /** The staff and partners of an academy are dozens. */
    private static final int MOST = 500;

    private static final String NOTE = """
            insert into portal_people (tenant_id, subject, name, seen_at) values (?, ?, ?, ?)
            on conflict (tenant_id, subject) do update set name = excluded.name, seen_at = excluded.seen_at""";

    private static final String NAMES =
            "select subject, name from portal_people where tenant_id = ? order by seen_at desc limit " + MOST;

    private final AgroalDataSource dataSource;
    private final CurrentTenant tenant;

    People(AgroalDataSource dataSource, CurrentTenant tenant) {
        this.dataSource = dataSource;
        this.tenant = tenant;
    }

    /** Somebody signed in, and is called this from now on. */
    void note(UUID tenantId, String subject, String name, Instant at) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(NOTE)) {
            statement.setObject(1, tenantId);
            statement.setString(2, subject);
            statement.setString(3, name);
            statement.setObject(4, at.atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }

    /** Names for one page, asked for once and only by a page that says one. */
    Names names() {
        return new Names(this);
    }

    private Map<String, String> read() {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(NAMES)) {
            statement.setObject(1, tenant.require().id());
            Map<String, String> names = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    names.put(row.getString(1), row.getString(2));
                }
            }
            return names;
        } catch (SQLException e) {
            throw new IllegalStateException("the names of people could not be read", e);
        }
    }

    /** Names by the provider's id. */
    static final class Names {

        private final @Nullable People people;
        private @Nullable Map<String, String> found;

        private Names(@Nullable People people) {
            this.people = people;
        }

        /** For a page that is shown where the database cannot be asked. */
        static Names none() {
            return new Names(null);
        }

        /** What the person is called; null for whoever never signed in here. */
        @Nullable
        String find(String subject) {
            if (found == null) {
                found = people == null ? Map.of() : people.read();
            }
            return found.get(subject);
        }
    }
}
