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
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Reads that the database does not answer. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(EndOverdueReadsTest.ShortPatience.class)
class EndOverdueReadsTest {

    private static final int POOL = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    @Inject
    @DataSource("read")
    AgroalDataSource reads;

    @Inject
    SharedReads shared;

    @Test
    void endsReadsThatAreOverdueOnEveryConnectionOfThePool() throws InterruptedException {
        long began = System.nanoTime();
        List<Future<Integer>> overdue = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < POOL; i++) {
                overdue.add(callers.submit(() -> sleep(15)));
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(PATIENCE, Duration.ofSeconds(13));
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
        // Together longer than the patience, which each has for itself.
        for (int i = 0; i < 5; i++) {
            assertThat(sleep(0.7)).isOne();
        }
    }

    @Test
    void givesUpWhoWaitsForTooLongAndGoesOnAfterwards() throws Exception {
        Records records = Records.make();
        List<Future<Optional<UUID>>> overdue = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
                Connection held = SharedReadsTest.holdUp()) {
            for (int i = 0; i < 60; i++) {
                overdue.add(callers.submit(() -> name(records)));
            }
            // Those that the database was asked for are ended with their connections.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> overdue.stream().allMatch(Future::isDone));
            held.rollback();
        }
        for (Future<Optional<UUID>> one : overdue) {
            assertThatThrownBy(one::get)
                    .hasCauseInstanceOf(SQLException.class)
                    .cause()
                    .matches(cause -> cause instanceof SQLException sql && Unavailable.is(sql));
        }
        assertThat(overdue)
                .filteredOn(one -> one.exceptionNow().toString().contains("did not come to a read in time"))
                .as("given up while they waited for their turn")
                .hasSizeGreaterThanOrEqualTo(60 - 2 * SharedReads.MAX_GROUP);
        assertThat(name(records)).contains(records.memberUuid());
    }

    private Optional<UUID> name(Records records) throws SQLException {
        return shared.find(
                SharedReadsTest.NAME,
                SharedReadsTest.tenant(records),
                records.memberUuid(),
                row -> Optional.ofNullable(row.getObject(1, UUID.class)));
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

    /** Three seconds instead of twenty, and one for a turn instead of three. */
    public static class ShortPatience implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "spine.database.read-patience", PATIENCE.toString(), "spine.database.read-queue-patience", "1s");
        }
    }
}
