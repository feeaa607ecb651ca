package app.spine.consumers;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Counts use from the request log, a few seconds behind its writers, each row once whichever node dies when. Every node
 * runs it; the database lets one at a time count.
 */
@ApplicationScoped
class CountUsage {

    static final String LAG = "spine.usage.lag";

    // About 100 ms of work, well within the connection's patience, whatever has piled up.
    private static final int ROWS = 50_000;

    // What is left after a hundred batches waits for the next turn, so that a shutdown is not held up.
    private static final int BATCHES = 100;

    private final DataSource dataSource;
    private final Clock clock;
    private volatile Instant countedUntil;

    CountUsage(DataSource dataSource, Clock clock) {
        this.dataSource = dataSource;
        this.clock = clock;
        this.countedUntil = clock.instant();
    }

    void register(@Observes StartupEvent event, MeterRegistry registry) {
        TimeGauge.builder(
                        LAG,
                        this,
                        TimeUnit.MILLISECONDS,
                        counting -> counting.lag().toMillis())
                .description("How far counted use is behind the request log")
                .register(registry);
    }

    @Scheduled(every = "5s", identity = "count-usage", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() throws SQLException {
        count();
    }

    /** Counts what the log holds of finished transactions. */
    void count() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement count = connection.prepareStatement("select more from count_usage(?)");
                PreparedStatement mark = connection.prepareStatement("select counted_until from api_usage_mark")) {
            count.setInt(1, ROWS);
            boolean more = true;
            for (int batch = 0; batch < BATCHES && more; batch++) {
                // Autocommit: counts and mark are one transaction.
                try (ResultSet row = count.executeQuery()) {
                    more = row.next() && row.getBoolean(1);
                }
            }
            try (ResultSet row = mark.executeQuery()) {
                if (row.next()) {
                    countedUntil = row.getObject(1, OffsetDateTime.class).toInstant();
                }
            }
        }
    }

    /** How far counted use is behind. */
    Duration lag() {
        Duration lag = Duration.between(countedUntil, clock.instant());
        return lag.isNegative() ? Duration.ZERO : lag;
    }
}
