package app.spine.access;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Removes stored answers that have expired. Correctness does not wait for it: an expired answer is never replayed. */
@ApplicationScoped
class SweepIdempotencyKeys {

    // A batch is a short transaction; an hour's expiries beyond all batches wait for the next hour.
    private static final int BATCH = 1_000;
    private static final int BATCHES = 1_000;

    private final AgroalDataSource dataSource;

    SweepIdempotencyKeys(@DataSource("log") AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Scheduled(
            every = "1h",
            delayed = "1m",
            identity = "sweep-idempotency-keys",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() throws SQLException {
        sweep();
    }

    /** Removes what has expired; returns how many. */
    int sweep() throws SQLException {
        int swept = 0;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("select sweep_idempotency_keys(?)")) {
            statement.setInt(1, BATCH);
            for (int batch = 0; batch < BATCHES; batch++) {
                int here;
                try (ResultSet row = statement.executeQuery()) {
                    here = row.next() ? row.getInt(1) : 0;
                }
                swept += here;
                if (here < BATCH) {
                    break;
                }
            }
        }
        return swept;
    }
}
