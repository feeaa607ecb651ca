package app.spine.consumers;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import javax.sql.DataSource;

/** Removes the use of days (UTC) that ended before its retention began. Any number of nodes may do it at once. */
@ApplicationScoped
class ExpireUsage {

    // At 10,000 rows each; what is left after a hundred batches waits for the next turn.
    private static final int BATCHES = 100;

    private final DataSource dataSource;
    private final Clock clock;
    private final Duration retention;

    ExpireUsage(DataSource dataSource, Clock clock, UsageConfig config) {
        this.dataSource = dataSource;
        this.clock = clock;
        this.retention = config.retention();
    }

    @Scheduled(
            every = "1h",
            delayed = "2m",
            identity = "expire-usage",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() throws SQLException {
        expire();
    }

    /** Removes what is too old; returns how many rows went. */
    int expire() throws SQLException {
        LocalDate before = LocalDate.ofInstant(clock.instant().minus(retention), ZoneOffset.UTC);
        int gone = 0;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("select expire_usage(?)")) {
            statement.setObject(1, before);
            int here = 1;
            for (int batch = 0; batch < BATCHES && here > 0; batch++) {
                // Autocommit: each call is a transaction of its own that takes a bounded number.
                try (var row = statement.executeQuery()) {
                    here = row.next() ? row.getInt(1) : 0;
                }
                gone += here;
            }
        }
        return gone;
    }
}
