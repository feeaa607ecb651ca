package app.spine.tenancy;

import io.agroal.api.AgroalPoolInterceptor;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/**
 * Ends reads on the pool of single reads that a server does not answer any more. A time-out of the socket would do the
 * same, but makes every wait of a virtual thread a timed one, which costs more than the read's own work in the driver:
 * one thread looks for overdue reads instead.
 */
@ApplicationScoped
@DataSource("read")
class EndOverdueReads implements AgroalPoolInterceptor {

    private static final Logger LOG = Logger.getLogger(EndOverdueReads.class);

    private static final Duration CHECK = Duration.ofMillis(500);

    private final Map<PgConnection, Long> sinceNanos = new ConcurrentHashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final long patienceNanos;

    EndOverdueReads(DatabaseConfig config) {
        this.patienceNanos = config.readPatience().toNanos();
    }

    void start(@Observes StartupEvent event) {
        Thread.ofPlatform().name("overdue-reads").daemon(true).start(this::watch);
    }

    void stop(@Observes ShutdownEvent event) {
        stopped.countDown();
    }

    @Override
    public void onConnectionAcquire(Connection connection) {
        PgConnection driver = driverOf(connection);
        if (driver != null) {
            sinceNanos.put(driver, System.nanoTime());
        }
    }

    @Override
    public void onConnectionReturn(Connection connection) {
        PgConnection driver = driverOf(connection);
        if (driver != null) {
            sinceNanos.remove(driver);
        }
    }

    /** Null for a connection that is closed already, which no read waits for; an exception here would harm the pool. */
    private static @Nullable PgConnection driverOf(Connection connection) {
        try {
            return connection.unwrap(PgConnection.class);
        } catch (SQLException e) {
            LOG.debug("A connection of the pool of reads was closed already", e);
            return null;
        }
    }

    private void watch() {
        try {
            while (!stopped.await(CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
                long deadline = System.nanoTime() - patienceNanos;
                sinceNanos.forEach((connection, since) -> {
                    if (since - deadline < 0 && sinceNanos.remove(connection, since)) {
                        end(connection);
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the socket under the read, which fails at once and has the pool replace the connection. */
    private static void end(PgConnection connection) {
        try {
            if (!connection.isClosed()) {
                LOG.warn("A read was given up because the database did not answer in time");
                connection.abort(Runnable::run);
            }
        } catch (SQLException e) {
            LOG.warn("The connection of an overdue read could not be closed", e);
        }
    }
}
