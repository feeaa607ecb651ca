package app.spine.tenancy;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Ends the start on a database that would not keep two promises: that row-level security stands between academies, and
 * that what was answered survives a crash; and on one too old for what is asked of it. In production it takes no password
 * that could be guessed either.
 */
@ApplicationScoped
class RefuseUnsafeDatabase {

    // PostgreSQL lets superusers, BYPASSRLS and a table's owner past its policies. Whoever is a member of the owner can
    // become it.
    private static final String WHAT_THE_ROLE_MAY = """
            select r.rolname, r.rolsuper, r.rolbypassrls,
                   (select min(c.relname) from pg_class c
                    where c.relrowsecurity and pg_has_role(r.oid, c.relowner, 'MEMBER')) as owned,
                   current_setting('fsync') = 'off' as forgets_writes,
                   current_setting('synchronous_commit') = 'off' as forgets_commits,
                   current_setting('server_version_num')::int as version, current_setting('server_version') as release
            from pg_roles r
            where r.rolname = current_user""";

    // What the README asks for, and what Hibernate's statements are made for (quarkus.datasource.db-version).
    private static final int OLDEST_VERSION = 150_000;

    // Whatever is tried first is shorter; deploy/roles.sh takes none below 16.
    private static final int MIN_PASSWORD_LENGTH = 12;

    private final DataSource dataSource;
    private final boolean production;
    private final Map<String, Optional<String>> passwords;

    RefuseUnsafeDatabase(
            DataSource dataSource,
            @ConfigProperty(name = "spine.profile") Optional<String> profile,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password,
            @ConfigProperty(name = "quarkus.flyway.password") Optional<String> ownerPassword) {
        this.dataSource = dataSource;
        this.production = profile.filter("production"::equals).isPresent();
        this.passwords = Map.of("QUARKUS_DATASOURCE_PASSWORD", password, "QUARKUS_FLYWAY_PASSWORD", ownerPassword);
    }

    /** Comes before whatever else of a start uses the database, but for the migrations. Quarkus prints the message alone and ends with exit code 1. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 2) StartupEvent event) throws SQLException {
        List<String> dangers = dangers();
        if (production) {
            refuseShortPasswords(dangers);
        }
        if (!dangers.isEmpty()) {
            throw new ConfigurationException(
                    "Operating Spine does not start on this database:\n  " + String.join("\n  ", dangers));
        }
    }

    private List<String> dangers() throws SQLException {
        List<String> dangers = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(WHAT_THE_ROLE_MAY);
                ResultSet found = statement.executeQuery()) {
            found.next();
            String role = found.getString("rolname");
            String power = power(found);
            if (power != null) {
                dangers.add("""
                        Its role %s %s, so row-level security would not keep academies apart. Set \
                        QUARKUS_DATASOURCE_USERNAME to a role that is bound by it, such as spine_app of db/roles.sql, \
                        and QUARKUS_FLYWAY_USERNAME to the owner, who runs the migrations.""".formatted(role, power));
            }
            if (found.getInt("version") < OLDEST_VERSION) {
                dangers.add("It is PostgreSQL " + found.getString("release") + ". Upgrade it to 15 or later.");
            }
            if (found.getBoolean("forgets_writes")) {
                dangers.add("It runs with fsync=off, so a crash would lose or corrupt what was answered. Set fsync = on"
                        + " in postgresql.conf and reload it.");
            }
            if (found.getBoolean("forgets_commits")) {
                dangers.add("""
                        It runs with synchronous_commit=off, so a crash would lose what was answered. Set \
                        synchronous_commit = on in postgresql.conf, or ALTER ROLE %s RESET synchronous_commit.""".formatted(role));
            }
        }
        return dangers;
    }

    /** None at all is for servers that know their clients in another way, such as by certificate. */
    private void refuseShortPasswords(List<String> dangers) {
        passwords.forEach((variable, password) -> {
            if (password.filter(text -> text.length() < MIN_PASSWORD_LENGTH).isPresent()) {
                dangers.add("%s has fewer than %d characters. Set one from openssl rand -hex 24, by deploy/roles.sh."
                        .formatted(variable, MIN_PASSWORD_LENGTH));
            }
        });
    }

    private static @Nullable String power(ResultSet found) throws SQLException {
        if (found.getBoolean("rolsuper")) {
            return "is a superuser";
        }
        if (found.getBoolean("rolbypassrls")) {
            return "has BYPASSRLS";
        }
        String owned = found.getString("owned");
        return owned == null ? null : "owns the table " + owned + " or is a member of its owner";
    }
}
