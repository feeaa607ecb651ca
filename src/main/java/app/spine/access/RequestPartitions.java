package app.spine.access;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Makes the request log's daily partitions a week ahead, so that a node that is down for days misses none, and drops those
 * that are older than the log is kept.
 */
@ApplicationScoped
class RequestPartitions {

    private static final int DAYS_AHEAD = 7;

    private final AgroalDataSource dataSource;
    private final Clock clock;
    private final Duration retention;

    RequestPartitions(@DataSource("log") AgroalDataSource dataSource, Clock clock, AccessConfig config) {
        this.dataSource = dataSource;
        this.clock = clock;
        this.retention = config.logRetention();
    }

    /** Runs at the start and every hour; rows of a day without a partition are kept in the default one meanwhile. */
    @Scheduled(every = "1h", identity = "request-partitions", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() throws SQLException {
        try {
            makeAhead();
        } finally {
            expire();
        }
    }

    /** Makes what is missing from today on; returns how many were made. */
    int makeAhead() throws SQLException {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        int made = 0;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select count(*) filter (where make_request_partition(day::date))"
                                + " from generate_series(?::date, ?::date, interval '1 day') as day")) {
            statement.setObject(1, today);
            statement.setObject(2, today.plusDays(DAYS_AHEAD));
            try (var row = statement.executeQuery()) {
                if (row.next()) {
                    made = row.getInt(1);
                }
            }
        }
        return made;
    }

    /**
     * Drops the days (UTC) that ended before the retention began, and what lies of them in the default partition.
     *
     * @return how many partitions and stray rows went
     */
    int expire() throws SQLException {
        LocalDate before = LocalDate.ofInstant(clock.instant().minus(retention), ZoneOffset.UTC);
        int gone = 0;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select partitions + stray_rows from expire_requests(?)")) {
            statement.setObject(1, before);
            int here;
            do {
                // Each call is a transaction of its own that takes a bounded number.
                try (var row = statement.executeQuery()) {
                    here = row.next() ? row.getInt(1) : 0;
                }
                gone += here;
            } while (here > 0);
        }
        return gone;
    }
}
