package app.spine.health;

import app.spine.tenancy.StopDeadline;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Asks the database once a second whether it answers, on a connection and a thread of its own. */
@ApplicationScoped
class DatabaseProbe {

    private static final Logger LOG = Logger.getLogger(DatabaseProbe.class);

    private static final long PERIOD_MILLIS = 1_000;

    // Two missed answers and a late one: a single slow second is no outage.
    private static final Duration GRACE = Duration.ofSeconds(3);

    private static final int ANSWER_WITHIN_SECONDS = 2;

    private final AgroalDataSource dataSource;
    private final StopDeadline deadline;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile long answeredNanos;
    private volatile boolean answeredEver;
    private boolean away;
    private @Nullable Thread thread;

    DatabaseProbe(@DataSource("probe") AgroalDataSource dataSource, StopDeadline deadline) {
        this.dataSource = dataSource;
        this.deadline = deadline;
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofPlatform().name("database-probe").daemon(true).start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopped.countDown();
        if (thread != null) {
            thread.join(deadline.left());
        }
    }

    /** Whether the database answered within the last three seconds. */
    boolean isAnswering() {
        return answeredEver && System.nanoTime() - answeredNanos < GRACE.toNanos();
    }

    private void run() {
        try {
            do {
                ask();
            } while (!stopped.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        try (Connection connection = dataSource.getConnection()) {
            if (!connection.isValid(ANSWER_WITHIN_SECONDS)) {
                throw new SQLException("the database did not answer within " + ANSWER_WITHIN_SECONDS + " s");
            }
            answeredNanos = System.nanoTime();
            answeredEver = true;
            if (away) {
                LOG.info("The database answers again");
            }
            away = false;
        } catch (SQLException e) {
            if (!away) {
                LOG.warnf("The database does not answer: %s", e.getMessage());
            }
            away = true;
        }
    }
}
