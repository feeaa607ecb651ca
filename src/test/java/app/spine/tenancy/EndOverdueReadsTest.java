package app.spine.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.EmbeddedDatabaseResource;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Reads that the database does not answer. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(EndOverdueReadsTest.ShortPatience.class)
class EndOverdueReadsTest {

    private static final int POOL = 4;

    @Inject
    @DataSource("read")
    AgroalDataSource reads;

    @Test
    void endsReadsThatAreOverdueOnEveryConnectionOfThePool() throws InterruptedException {
        long began = System.nanoTime();
        List<Future<Integer>> overdue = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < POOL; i++) {
                overdue.add(callers.submit(() -> sleep(15)));
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
        for (Future<Integer> read : overdue) {
            assertThatThrownBy(read::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(SQLException.class);
        }
    }

    @Test
    void leavesTheNextReadAWorkingConnection() throws SQLException {
        assertThatThrownBy(() -> sleep(15)).isInstanceOf(SQLException.class);
        for (int i = 0; i < 2 * POOL; i++) {
            assertThat(sleep(0)).isOne();
        }
    }

    @Test
    void leavesReadsAloneThatEndInTime() throws SQLException {
        for (int i = 0; i < 4; i++) {
            assertThat(sleep(0.4)).isOne();
        }
    }

    private int sleep(double seconds) throws SQLException {
        try (Connection connection = reads.getConnection();
                PreparedStatement statement = connection.prepareStatement("select 1 from pg_sleep(?)")) {
            statement.setDouble(1, seconds);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** One second instead of twenty. */
    public static class ShortPatience implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("spine.database.read-patience", "1s");
        }
    }
}
