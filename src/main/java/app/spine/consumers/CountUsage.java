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
 *
 * <p>What counting costs grows with how many keys are in use, since each takes a row of the counts: so a turn is followed
 * by a rest of many times its length, in which more calls come to share a row, and many keys are counted a minute
 * behind instead.
 */
@ApplicationScoped
class CountUsage {

    static final String LAG = "spine.usage.lag";

    // Calls with one key share a row of the counts within a batch, so a larger one is cheaper. How long it takes
    // depends on how many keys there are: half a second or more where each row is another key's.
    private static final int FIRST_ROWS = 50_000;
    private static final int LEAST_ROWS = 5_000;
    private static final int MOST_ROWS = 400_000;

    // Far within the patience of the connection, which is 20 s.
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(5);

    // What is left after so much work waits for the next turn, so that a shutdown is not held up.
    private static final Duration LONGEST_TURN = Duration.ofSeconds(10);

    // A twentieth of the time at most goes into counting.
    private static final int REST_FOR_EACH_TURN = 19;
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);

    private final DataSource dataSource;
    private final Clock clock;
    private volatile Instant countedUntil;
    private volatile long restUntilNanos = System.nanoTime();
    private volatile int rows = FIRST_ROWS;

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
        if (rest().isZero()) {
            count();
        }
    }

    /** Counts what the log holds of finished transactions, whether or not it is time to rest. */
    void count() throws SQLException {
        long began = System.nanoTime();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement count = connection.prepareStatement("select more from count_usage(?)");
                PreparedStatement mark = connection.prepareStatement("select counted_until from api_usage_mark")) {
            boolean more = true;
            while (more && since(began).compareTo(LONGEST_TURN) < 0) {
                more = countBatch(count);
            }
            try (ResultSet row = mark.executeQuery()) {
                if (row.next()) {
                    countedUntil = row.getObject(1, OffsetDateTime.class).toInstant();
                }
            }
            restUntilNanos =
                    System.nanoTime() + (more ? 0 : restAfter(since(began)).toNanos());
        }
    }

    /** Whether there is more to count. */
    private boolean countBatch(PreparedStatement count) throws SQLException {
        long began = System.nanoTime();
        int size = rows;
        boolean more;
        count.setInt(1, size);
        // Autocommit: counts and mark are one transaction.
        try (ResultSet row = count.executeQuery()) {
            more = row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            // It may have been too much for the connection's patience, and would be again.
            rows = Math.max(LEAST_ROWS, size / 2);
            throw e;
        }
        if (more) {
            rows = rowsAfter(size, since(began));
        }
        return more;
    }

    /** How many rows the batch after a full one has that took so long. */
    static int rowsAfter(int rows, Duration took) {
        if (took.compareTo(SHORT) < 0) {
            return Math.min(MOST_ROWS, rows * 2);
        }
        return took.compareTo(LONG) < 0 ? rows : Math.max(LEAST_ROWS, rows / 2);
    }

    /** How long to rest after a turn that left nothing. */
    static Duration restAfter(Duration turn) {
        Duration rest = turn.multipliedBy(REST_FOR_EACH_TURN);
        return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
    }

    /** What is left of the rest. */
    Duration rest() {
        return Duration.ofNanos(Math.max(0, restUntilNanos - System.nanoTime()));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** How far counted use is behind. */
    Duration lag() {
        Duration lag = Duration.between(countedUntil, clock.instant());
        return lag.isNegative() ? Duration.ZERO : lag;
    }
}
