package app.spine.testsupport;

import app.spine.embedded.EmbeddedDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A PostgreSQL as an administrator prepares it, by db/roles.sql and nothing else, for programs of their own process. */
public final class ExternalServer implements AutoCloseable {

    /**
     * For programs whose every answer counts and whose database is there all the while: a machine that stands still for some
     * seconds makes whatever waited meanwhile give up at once, which is a 503 and right.
     */
    public static final Map<String, String> PATIENCE =
            Map.of("QUARKUS_DATASOURCE_JDBC_ACQUISITION_TIMEOUT", "15s", "SPINE_DATABASE_READ_QUEUE_PATIENCE", "15s");

    private final Path directory;
    private EmbeddedDatabase database;

    private ExternalServer(Path directory) {
        this.directory = directory;
        this.database = EmbeddedDatabase.start(directory, EmbeddedDatabaseResource.PROGRAMS);
    }

    public static ExternalServer start(Path directory) {
        return new ExternalServer(directory);
    }

    /** Takes from the roles what a test gave them. */
    public void resetRoles() throws SQLException {
        execute("drop role if exists reader, auditor");
        execute("alter role spine_app nobypassrls");
        execute("alter role spine_app reset all");
        execute("alter role spine_app password '%s'".formatted(environment().get("QUARKUS_DATASOURCE_PASSWORD")));
    }

    /** Takes everything back to what db/roles.sql makes. */
    public void dropDatabase() throws SQLException {
        try (Connection connection = database.asSuperuser("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("drop database spine with (force)");
        }
        restart();
    }

    /** Starts it again after it was killed. */
    public void restart() {
        database.close();
        database = EmbeddedDatabase.start(directory, EmbeddedDatabaseResource.PROGRAMS);
    }

    /** The environment of a program that uses it, as its administrator would write it. */
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        database.properties().forEach((name, value) -> environment.put(variable(name), value));
        environment.remove("SPINE_EMBEDDED");
        return environment;
    }

    /** A configuration property's name as an environment variable. */
    public static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "_");
    }

    public String superuserPassword() {
        return database.superuserPassword();
    }

    /** A connection past every right and policy. */
    public Connection connect() throws SQLException {
        return database.asSuperuser("spine").getConnection();
    }

    /** Runs a statement past every right and policy. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The one value that a query finds, past every right and policy. */
    public String select(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return Objects.requireNonNull(row.getString(1));
        }
    }

    /** Whether no program has a connection any more, and so neither a transaction nor a lock. */
    public boolean hasNoCallers() throws SQLException {
        return select("select count(*) from pg_stat_activity where usename in ('spine_app', 'spine_owner')")
                .equals("0");
    }

    @Override
    public void close() {
        try (Connection connection = database.asSuperuser("spine").getConnection()) {
            Evidence.keepDatabase("external-tables", connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            database.close();
        }
    }
}
