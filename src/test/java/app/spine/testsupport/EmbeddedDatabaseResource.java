package app.spine.testsupport;

import app.spine.embedded.EmbeddedDatabase;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The database of the tests: one for the whole test run, empty at its beginning.
 *
 * <p>A {@code @QuarkusTest} gets it with {@code @WithTestResource(EmbeddedDatabaseResource.class)}, a plain test by the
 * static methods.
 */
public final class EmbeddedDatabaseResource implements QuarkusTestResourceLifecycleManager {

    /** Unpacked once for all databases of all test runs: they are the same files each time. */
    public static final Path PROGRAMS = Path.of("target", "embedded-database", "postgresql");

    private static final Path DIRECTORY = Path.of("target", "embedded-database", "tests");

    /** System properties, because Quarkus loads this class several times and all of them mean the same database. */
    private static final String PREFIX = "test-database.";

    private static final String SUPERUSER_PASSWORD = "superuser-password";

    private static final List<String> NAMES = List.of(
            "quarkus.datasource.jdbc.url",
            "quarkus.datasource.username",
            "quarkus.datasource.password",
            "quarkus.flyway.username",
            "quarkus.flyway.password",
            "spine.peppers",
            "spine.embedded");

    @Override
    public Map<String, String> start() {
        return properties();
    }

    /** Nothing: the database serves the next test class too, and ends with the JVM. */
    @Override
    public void stop() {}

    /** The configuration of an application on this database, as the program itself would get it. */
    public static Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        for (String name : NAMES) {
            properties.put(name, value(name));
        }
        return Map.copyOf(properties);
    }

    public static String jdbcUrl() {
        return value("quarkus.datasource.jdbc.url");
    }

    /** As the application: bound by grants and row-level security. */
    public static Connection connectAsApp() throws SQLException {
        return DriverManager.getConnection(
                jdbcUrl(), value("quarkus.datasource.username"), value("quarkus.datasource.password"));
    }

    /** As the owner of the tables, who runs the migrations. */
    public static Connection connectAsOwner() throws SQLException {
        return DriverManager.getConnection(
                jdbcUrl(), value("quarkus.flyway.username"), value("quarkus.flyway.password"));
    }

    /**
     * The same for a single statement, from a few connections that stay open for a while: to make one costs more than most
     * statements. Close it to give it back, as it was.
     */
    public static Connection lendAsOwner() throws SQLException {
        return Lent.AS_OWNER.getConnection();
    }

    /** Past every right and policy, to look at what the application must not see. */
    public static Connection connectAsSuperuser() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), "postgres", value(SUPERUSER_PASSWORD));
    }

    /** Whether a test has used the database by now. */
    static boolean isStarted() {
        return System.getProperty(PREFIX + SUPERUSER_PASSWORD) != null;
    }

    private static synchronized String value(String name) {
        if (!isStarted()) {
            startOnce();
        }
        String value = System.getProperty(PREFIX + name);
        if (value == null) {
            throw new IllegalStateException("the embedded database says nothing of " + name);
        }
        return value;
    }

    private static void startOnce() {
        boolean usedBefore = Files.exists(DIRECTORY.resolve("lock"));
        EmbeddedDatabase database = EmbeddedDatabase.start(DIRECTORY, PROGRAMS);
        if (usedBefore) {
            // Cheaper than a new initdb, and the start has ended what a killed test run left behind.
            drop(database.asSuperuser("postgres"));
            database.close();
            database = EmbeddedDatabase.start(DIRECTORY, PROGRAMS);
        }
        EmbeddedDatabase running = database;
        Runtime.getRuntime().addShutdownHook(new Thread(running::close));
        Evidence.expectTables();
        database.properties().forEach((name, value) -> System.setProperty(PREFIX + name, value));
        System.setProperty(PREFIX + SUPERUSER_PASSWORD, database.superuserPassword());
    }

    private static void drop(DataSource postgres) {
        try (Connection connection = postgres.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS spine WITH (FORCE)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Lent {

        /** Quarkus loads this class several times, and nobody says when the last use of each was: idle ones close. */
        static final AgroalDataSource AS_OWNER = open();

        private static AgroalDataSource open() {
            try {
                return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                        .connectionPoolConfiguration(pool -> pool.maxSize(8)
                                .reapTimeout(Duration.ofSeconds(5))
                                .acquisitionTimeout(Duration.ofSeconds(30))
                                // Tests end sessions, and the server with them.
                                .validateOnBorrow(true)
                                .connectionValidator(ConnectionValidator.defaultValidator())
                                .connectionFactoryConfiguration(connection -> connection
                                        .jdbcUrl(jdbcUrl())
                                        .principal(new NamePrincipal(value("quarkus.flyway.username")))
                                        .credential(new SimplePassword(value("quarkus.flyway.password"))))));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
