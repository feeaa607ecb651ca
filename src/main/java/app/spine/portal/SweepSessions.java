package app.spine.portal;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jboss.logging.Logger;

/** Removes sessions that are over. Nothing waits for it: a session that is over opens nothing. */
@ApplicationScoped
class SweepSessions {

    private static final Logger LOG = Logger.getLogger(SweepSessions.class);

    // A batch is a short transaction; what is beyond all batches waits for the next hour.
    private static final int BATCH = 1_000;
    private static final int BATCHES = 1_000;

    private final AgroalDataSource dataSource;

    SweepSessions(@DataSource("log") AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Scheduled(
            every = "1h",
            delayed = "2m",
            identity = "sweep-portal-sessions",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() {
        try {
            sweep();
        } catch (SQLException e) {
            LOG.warnf("Sessions that are over could not be swept, next try in an hour: %s", e.getMessage());
        }
    }

    /** Removes what has been over for a day; returns how many. */
    int sweep() throws SQLException {
        int swept = 0;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("select sweep_portal_sessions(?)")) {
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
