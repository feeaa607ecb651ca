package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Each row of the log is counted once: whoever commits late, counts at the same time, or dies. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class CountUsageTest {

    private static final int WRITERS = 6;
    private static final int TRANSACTIONS_EACH = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    CountUsage counting;

    @Inject
    MeterRegistry metrics;

    private final UUID tenant = Academy.open().id();
    private final UUID consumer = UuidV7.create(Clock.systemUTC());

    @Test
    void countsEachRowOnceUnderWritersThatCommitLateAndWorkersThatRace() throws Exception {
        AtomicBoolean writing = new AtomicBoolean(true);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // The program's own worker is the third.
            List<Future<?>> workers =
                    List.of(threads.submit(() -> countWhile(writing)), threads.submit(() -> countWhile(writing)));
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int seed = i;
                writers.add(threads.submit(() -> write(new Random(seed))));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            writing.set(false);
            for (Future<?> worker : workers) {
                worker.get();
            }
        }
        awaitCounted(logged());
        assertThat(logged()).isPositive();
        assertThat(usage("sum(limited)"))
                .isEqualTo(number("select sum(count) from api_requests where status = 429 and tenant_id = ?"));
        assertThat(usage("sum(bytes_out)"))
                .isEqualTo(number("select sum(bytes_out) from api_requests where tenant_id = ?"));
        assertThat(usage("sum(latency_us_sum)"))
                .isEqualTo(number("select sum(latency_us * count) from api_requests where tenant_id = ?"));
        assertThat(usage("min(lowest_limit_left)"))
                .isEqualTo(number("select min(limit_left) from api_requests where tenant_id = ?"));
        counting.count();
        assertThat(usage("sum(requests)")).isEqualTo(logged());
    }

    @Test
    void countsALateRowWhenItsTransactionEndsAndNoEarlier() throws Exception {
        try (Connection late = EmbeddedDatabaseResource.connectAsApp()) {
            late.setAutoCommit(false);
            insert(late, 1, 200);
            // Later id, earlier commit.
            try (Connection soon = EmbeddedDatabaseResource.connectAsApp()) {
                insert(soon, 1, 200);
            }
            counting.count();
            assertThat(usage("coalesce(sum(requests), 0)")).isZero();
            late.commit();
        }
        awaitCounted(2);
    }

    @Test
    void aWorkerThatDiesLeavesNothingHalfCounted() throws Exception {
        try (Connection writer = EmbeddedDatabaseResource.connectAsApp()) {
            insert(writer, 3, 200);
        }
        try (Connection dying = EmbeddedDatabaseResource.connectAsApp()) {
            dying.setAutoCommit(false);
            awaitClaim(dying);
            assertThat(usage("coalesce(sum(requests), 0)"))
                    .as("not before its commit")
                    .isIn(0L, 3L);
            long before = usage("coalesce(sum(requests), 0)");
            counting.count();
            assertThat(usage("coalesce(sum(requests), 0)"))
                    .as("one counts at a time")
                    .isEqualTo(before);
            cut(backend(dying));
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as("closing a connection that was cut").startsWith("08");
        }
        awaitCounted(3);
    }

    @Test
    void countsARowForEachCallItStandsFor() throws Exception {
        try (Connection writer = EmbeddedDatabaseResource.connectAsApp()) {
            insert(writer, 40, 429);
            insert(writer, 2, 200);
        }
        awaitCounted(42);
        assertThat(usage("sum(limited)")).isEqualTo(40);
    }

    @Test
    void dropsNoDayThatIsNotCounted() throws Exception {
        Academy.query("select make_request_partition(current_date - 70)");
        String partition = "api_requests_"
                + Academy.query("select to_char(current_date - 70, 'YYYYMMDD')").getFirst();
        try (Connection late = EmbeddedDatabaseResource.connectAsApp()) {
            late.setAutoCommit(false);
            // Holds the horizon below the row that follows.
            insert(late, 1, 200);
            Academy.execute("""
                    insert into api_requests (tenant_id, id, occurred_at, consumer_id, method, path, status, latency_us,
                        bytes_in, bytes_out, address)
                    values (?, uuid_v7_floor(current_date - 70 + interval '1 hour'), current_date - 70, ?, 'GET', '/', 200,
                        1, 0, 0, '')""", tenant, consumer);
            Academy.query("select partitions from expire_requests(current_date - 60)");
            assertThat(Academy.query("select to_regclass(?)::text", partition)).containsExactly(partition);
            late.commit();
        }
        awaitCounted(2);
        try (Connection owner = EmbeddedDatabaseResource.connectAsOwner();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            // Who counts reads the log, and nothing can be dropped meanwhile.
            statement.execute("select from api_usage_mark for update");
            statement.execute("select partitions from expire_requests(current_date - 60)");
            owner.commit();
        }
        assertThat(Academy.query("select to_regclass(?)::text", partition).getFirst())
                .isNull();
        assertThat(usage("sum(requests)")).isEqualTo(2);
    }

    @Test
    void refusesToCountOnAServerThatIsNotItsOwn() throws Exception {
        try (Connection owner = EmbeddedDatabaseResource.connectAsOwner();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("update api_usage_mark set counted_to = '9000000000000'");
            assertThatThrownBy(() -> statement.execute("select count_usage(1000)"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("has not reached");
            owner.rollback();
        }
    }

    @Test
    void restsAfterALongTurnAndCountsWhenAskedNevertheless() throws Exception {
        try (Connection writer = EmbeddedDatabaseResource.connectAsApp();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> turn;
            try (Connection owner = EmbeddedDatabaseResource.connectAsOwner();
                    Statement statement = owner.createStatement()) {
                owner.setAutoCommit(false);
                // Whichever turn comes, the program's own or this one, waits for half a second at least.
                statement.execute("lock table api_usage in exclusive mode");
                insert(writer, 1, 200);
                turn = threads.submit(() -> {
                    counting.count();
                    return null;
                });
                Awaitility.await().atMost(PATIENCE).until(CountUsageTest::isHeldUp);
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
                owner.rollback();
            }
            turn.get();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (counting.rest().compareTo(Duration.ofSeconds(5)) < 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
            long before = usage("coalesce(sum(requests), 0)");
            insert(writer, 1, 200);
            counting.schedule();
            assertThat(usage("coalesce(sum(requests), 0)")).isEqualTo(before);
            awaitCounted(2);
            assertThat(counting.rest()).isLessThan(Duration.ofMinutes(1));
        }
    }

    @Test
    void restsForATwentiethOfTheTimeAtMostAMinute() {
        assertThat(CountUsage.restAfter(Duration.ofMillis(10))).isEqualTo(Duration.ofMillis(190));
        assertThat(CountUsage.restAfter(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(38));
        assertThat(CountUsage.restAfter(Duration.ofSeconds(9))).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void takesMoreAtOnceWhileThatIsQuickAndLessWhereItIsNot() {
        assertThat(CountUsage.rowsAfter(50_000, Duration.ofMillis(900))).isEqualTo(100_000);
        assertThat(CountUsage.rowsAfter(400_000, Duration.ofMillis(900))).isEqualTo(400_000);
        assertThat(CountUsage.rowsAfter(100_000, Duration.ofSeconds(3))).isEqualTo(100_000);
        assertThat(CountUsage.rowsAfter(100_000, Duration.ofSeconds(6))).isEqualTo(50_000);
        assertThat(CountUsage.rowsAfter(5_000, Duration.ofSeconds(6))).isEqualTo(5_000);
    }

    @Test
    void reportsItsLag() throws Exception {
        counting.count();
        assertThat(counting.lag()).isLessThan(Duration.ofMinutes(1));
        assertThat(metrics.get(CountUsage.LAG).timeGauge().value(java.util.concurrent.TimeUnit.SECONDS))
                .isBetween(0.0, 60.0);
    }

    private static boolean isHeldUp() {
        return !Academy.query("select pid from pg_locks where relation = 'api_usage'::regclass and not granted")
                .isEmpty();
    }

    private @org.jspecify.annotations.Nullable Void countWhile(AtomicBoolean writing) throws SQLException {
        while (writing.get()) {
            counting.count();
        }
        return null;
    }

    /** Transactions of one row or many, some of which stay open for a while, and some of which fail. */
    private @org.jspecify.annotations.Nullable Void write(Random random) throws SQLException {
        try (Connection app = EmbeddedDatabaseResource.connectAsApp()) {
            app.setAutoCommit(false);
            for (int i = 0; i < TRANSACTIONS_EACH; i++) {
                int rows = 1 + random.nextInt(20);
                for (int row = 0; row < rows; row++) {
                    insert(app, 1 + random.nextInt(3), random.nextInt(5) == 0 ? 429 : 200);
                }
                LockSupport.parkNanos(random.nextInt(10_000_000));
                if (random.nextInt(6) == 0) {
                    app.rollback();
                } else {
                    app.commit();
                }
            }
        }
        return null;
    }

    private void insert(Connection app, int count, int status) throws SQLException {
        try (PreparedStatement statement = app.prepareStatement("""
                insert into api_requests (tenant_id, id, occurred_at, consumer_id, key_id, operation, method, path, status,
                    latency_us, bytes_in, bytes_out, limit_left, address, count)
                values (?, ?, now(), ?, ?, 'readMember', 'GET', '/v1/members/x', ?, ?, 0, 7, ?, '', ?)""")) {
            statement.setObject(1, tenant);
            statement.setObject(2, UuidV7.create(Clock.systemUTC()));
            statement.setObject(3, consumer);
            statement.setObject(4, consumer);
            statement.setInt(5, status);
            statement.setLong(6, 100 + count);
            statement.setLong(7, 10 + count);
            statement.setInt(8, count);
            statement.executeUpdate();
        }
    }

    /** Counts in the connection's transaction, once no other worker is at it. */
    private static void awaitClaim(Connection app) throws SQLException {
        try (PreparedStatement count = app.prepareStatement("select count_usage(100000)");
                PreparedStatement locked = app.prepareStatement(
                        "select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'relation'"
                                + " and relation = 'api_usage_mark'::regclass and mode = 'RowExclusiveLock'")) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            boolean holds = false;
            while (!holds) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                app.rollback();
                count.execute();
                try (ResultSet row = locked.executeQuery()) {
                    holds = row.next() && row.getLong(1) > 0;
                }
            }
        }
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void cut(int backend) throws SQLException {
        try (Connection app = EmbeddedDatabaseResource.connectAsApp();
                PreparedStatement statement = app.prepareStatement("select pg_terminate_backend(?)")) {
            statement.setInt(1, backend);
            statement.execute();
        }
    }

    private void awaitCounted(long requests) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            counting.count();
        } while (usage("coalesce(sum(requests), 0)") < requests && System.nanoTime() < deadline);
        assertThat(usage("sum(requests)")).isEqualTo(requests);
    }

    private long logged() {
        return number("select sum(count) from api_requests where tenant_id = ?");
    }

    private long usage(String what) {
        return number("select " + what + " from api_usage where tenant_id = ?");
    }

    private long number(String sql) {
        return Academy.query(sql, tenant).getFirst() instanceof Number number ? number.longValue() : -1;
    }
}
