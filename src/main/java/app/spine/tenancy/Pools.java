package app.spine.tenancy;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.quarkus.agroal.DataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.postgresql.Driver;

/**
 * The pools beside that of the operations, to the same database with the same login. They take part in no transaction of
 * the program's. Made here and not by configuration, because Quarkus makes each of its data sources a Flyway at every
 * start, and looks for a hundred settings of it.
 */
@ApplicationScoped
class Pools {

    // An idle connection is looked at so often, and one of those beyond the least goes after being idle for so long.
    private static final Duration VALIDATION = Duration.ofMinutes(2);
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final DatabaseConfig config;
    private final String url;
    private final String username;
    private final Optional<String> password;

    Pools(
            DatabaseConfig config,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
        this.config = config;
        this.url = url;
        this.username = username;
        this.password = password;
    }

    /**
     * Single reads outside any transaction, and whose a key is: over in a tenth of a millisecond, so that a few connections
     * serve tens of thousands a second; more would only be woken up more often. Writers, who wait for the disk, cannot take
     * them away.
     */
    @Produces
    @ApplicationScoped
    @DataSource("read")
    AgroalDataSource reads(@DataSource("read") EndOverdueReads overdue) {
        // No socketTimeout: it would make each wait of a virtual thread a timed one, which costs more than the driver's
        // own
        // work. EndOverdueReads ends what a server does not answer any more.
        AgroalDataSource pool = open(
                url,
                1,
                config.readConnections(),
                Duration.ofSeconds(3),
                "operating-spine read",
                Map.of("connectTimeout", "3", "loginTimeout", "5", "tcpKeepAlive", "true"));
        pool.setPoolInterceptors(List.of(overdue));
        return pool;
    }

    /** The request log's writer keeps its connection; the second one is for partitions. */
    @Produces
    @ApplicationScoped
    @DataSource("log")
    AgroalDataSource log() {
        // The one statement it has is prepared at once.
        return open(
                url,
                0,
                2,
                Duration.ofSeconds(2),
                "operating-spine request log",
                Map.of("connectTimeout", "2", "socketTimeout", "4", "prepareThreshold", "1"));
    }

    /**
     * The feed of changes in the contract with consumers has a connection that nothing else waits for, and is lost soon
     * where the server vanished without a word.
     */
    @Produces
    @ApplicationScoped
    @DataSource("feed")
    AgroalDataSource feed() {
        return open(
                config.directUrl().orElse(url),
                0,
                1,
                Duration.ofSeconds(2),
                "operating-spine feed",
                Map.of("connectTimeout", "2", "socketTimeout", "1"));
    }

    /** Readiness asks on a connection that no load can take away. */
    @Produces
    @ApplicationScoped
    @DataSource("probe")
    AgroalDataSource probe() {
        return open(
                config.directUrl().orElse(url),
                0,
                1,
                Duration.ofSeconds(2),
                "operating-spine probe",
                Map.of("connectTimeout", "2", "socketTimeout", "2"));
    }

    void close(@Disposes @Any AgroalDataSource pool) {
        pool.close();
    }

    private AgroalDataSource open(
            String url, int least, int most, Duration patience, String name, Map<String, String> properties) {
        AgroalDataSourceConfigurationSupplier supplier = new AgroalDataSourceConfigurationSupplier();
        supplier.connectionPoolConfiguration()
                .minSize(least)
                .maxSize(most)
                .acquisitionTimeout(patience)
                .connectionValidator(ConnectionValidator.defaultValidator())
                .validationTimeout(VALIDATION)
                .reapTimeout(IDLE)
                .exceptionSorter(new PostgreSQLExceptionSorter())
                .connectionFactoryConfiguration()
                .connectionProviderClass(Driver.class)
                .jdbcUrl(url)
                .principal(new NamePrincipal(username))
                .jdbcProperty("ApplicationName", name)
                // A refused statement is named in exceptions and thereby in the log: without this with its values,
                // people's among them.
                .jdbcProperty("logServerErrorDetail", "false");
        password.map(SimplePassword::new)
                .ifPresent(supplier.connectionPoolConfiguration().connectionFactoryConfiguration()::credential);
        properties.forEach(supplier.connectionPoolConfiguration().connectionFactoryConfiguration()::jdbcProperty);
        // What AgroalDataSource.from looks for by its name is not in a native image.
        return new io.agroal.pool.DataSource(supplier.get());
    }
}
