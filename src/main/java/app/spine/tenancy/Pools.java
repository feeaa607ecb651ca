package app.spine.tenancy;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSourceListener;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.postgresql.Driver;

/**
 * The pools beside that of the operations, to the same database with the same login. They take part in no transaction of
 * the program's. Made here and not by configuration, because Quarkus makes each of its data sources a Flyway at every
 * start, whether it is to migrate or not.
 */
@ApplicationScoped
class Pools {

    private static final Logger LOG = Logger.getLogger(Pools.class);

    // An idle connection is looked at so often, and one of those beyond the least goes after being idle for so long.
    private static final Duration VALIDATION = Duration.ofMinutes(2);
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final DatabaseConfig config;
    private final String url;
    private final String feedUrl;
    private final Optional<String> username;
    private final Optional<String> password;

    /** @throws ConfigurationException when the feed's URL is none of PostgreSQL's; without it, as it may hold a password */
    Pools(
            DatabaseConfig config,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> username,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
        this.config = config;
        this.url = url.strip();
        this.feedUrl = config.feedUrl().map(Pools::requirePostgresql).orElse(this.url);
        this.username = username;
        this.password = password;
    }

    /** Without it a wrong setting would end the start when others have begun, or not at all. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {}

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
        // own work. EndOverdueReads ends what a server does not answer any more.
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
        return openForOne(feedUrl, "operating-spine feed", "1");
    }

    /** Readiness asks on a connection that no load can take away, and a start asks its first questions there. */
    @Produces
    @ApplicationScoped
    @DataSource("probe")
    AgroalDataSource probe() {
        return openForOne(url, "operating-spine probe", "2");
    }

    void close(@Disposes @Any AgroalDataSource pool) {
        pool.close();
    }

    private static String requirePostgresql(String given) {
        String url = given.strip();
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new ConfigurationException(
                    "SPINE_DATABASE_FEED_URL is no URL of PostgreSQL's. Set it to jdbc:postgresql://HOST:5432/spine, or not at all.");
        }
        return url;
    }

    /** A pool of one connection, made when it is needed. */
    private AgroalDataSource openForOne(String url, String name, String socketTimeoutSeconds) {
        return open(
                url,
                0,
                1,
                Duration.ofSeconds(2),
                name,
                Map.of("connectTimeout", "2", "socketTimeout", socketTimeoutSeconds));
    }

    private AgroalDataSource open(
            String url, int least, int most, Duration patience, String name, Map<String, String> properties) {
        AgroalDataSourceConfigurationSupplier supplier = new AgroalDataSourceConfigurationSupplier();
        AgroalConnectionFactoryConfigurationSupplier connections = supplier.connectionPoolConfiguration()
                .minSize(least)
                .maxSize(most)
                .acquisitionTimeout(patience)
                .connectionValidator(ConnectionValidator.defaultValidator())
                .validationTimeout(VALIDATION)
                .reapTimeout(IDLE)
                .exceptionSorter(new PostgreSQLExceptionSorter())
                // A thread-local for each virtual thread would be of no use to the next one.
                .connectionCache(ConnectionCache.none())
                .connectionFactoryConfiguration()
                .connectionProviderClass(Driver.class)
                .jdbcUrl(url)
                .jdbcProperty("ApplicationName", name)
                // A refused statement is named in exceptions and thereby in the log: without this with its values,
                // people's among them.
                .jdbcProperty("logServerErrorDetail", "false");
        username.map(NamePrincipal::new).ifPresent(connections::principal);
        password.map(SimplePassword::new).ifPresent(connections::credential);
        properties.forEach(connections::jdbcProperty);
        return new io.agroal.pool.DataSource(supplier.get(), new Warnings(name));
    }

    /** What a pool warns of. */
    private record Warnings(String pool) implements AgroalDataSourceListener {

        @Override
        public void onWarning(String message) {
            LOG.warnf("Pool %s: %s", pool, message);
        }

        @Override
        public void onWarning(Throwable failure) {
            LOG.warnf("Pool %s: %s", pool, failure.getMessage());
        }
    }
}
