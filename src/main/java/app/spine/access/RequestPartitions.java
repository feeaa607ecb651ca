package app.spine.access;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;

/** Makes the request log's daily partitions a week ahead, so that a node that is down for days misses none. */
@ApplicationScoped
class RequestPartitions {

    private static final Logger LOG = Logger.getLogger(RequestPartitions.class);
    private static final int DAYS_AHEAD = 7;

    private final AgroalDataSource dataSource;
    private final Clock clock;

    RequestPartitions(@DataSource("log") AgroalDataSource dataSource, Clock clock) {
        this.dataSource = dataSource;
        this.clock = clock;
    }

    /** Runs at the start and every hour; rows of a day without a partition are kept in the default one meanwhile. */
    @Scheduled(every = "1h", identity = "request-partitions", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() {
        try {
            makeAhead();
        } catch (SQLException e) {
            LOG.warnf("Partitions of the request log could not be made, next try in an hour: %s", e.getMessage());
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
}
