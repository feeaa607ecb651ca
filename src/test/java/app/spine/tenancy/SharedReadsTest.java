package app.spine.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many callers of several academies in few round trips. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SharedReadsTest.LongPatience.class)
class SharedReadsTest {

    /** Enough for the driver to prepare each size of a group on the server, which it does from the fifth time on. */
    private static final int OFTEN = 8;

    static final SharedReads.Select NAME =
            SharedReads.Select.of("select m.id, m.legal_name from members m where m.tenant_id = ? and m.id = ?");

    /** Asks for a record whatever its tenant, so that only row-level security hides it. */
    private static final SharedReads.Select NAME_OF_ANYBODY =
            SharedReads.Select.of("select m.id, m.legal_name from members m where m.tenant_id <> ? and m.id = ?");

    private static final SharedReads.Select FAILS_FOR_POISON =
            SharedReads.Select.of("select m.id, m.legal_name, 1 / (case m.legal_name when 'Poison' then 0 else 1 end)"
                    + " from members m where m.tenant_id = ? and m.id = ?");

    private static final int GATE = 770_077;

    private static final SharedReads.Select WAITS_AT_THE_GATE = SharedReads.Select.of(
            "select m.id, pg_advisory_xact_lock(" + GATE + ") from members m where m.tenant_id = ? and m.id = ?");

    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    private final ExecutorService callers = Executors.newThreadPerTaskExecutor(task -> {
        Thread thread = Thread.ofVirtual().unstarted(task);
        threads.add(thread);
        return thread;
    });

    @Inject
    SharedReads reads;

    @Inject
    MeterRegistry registry;

    @Inject
    DatabaseConfig config;

    @Inject
    @DataSource("read")
    AgroalDataSource dataSource;

    /** So that no read is given up while a test holds it up, however slow the machine is. */
    public static class LongPatience implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("spine.database.read-queue-patience", "30s", "spine.database.read-patience", "60s");
        }
    }

    @AfterEach
    void end() {
        callers.close();
    }

    @Test
    void givesEachCallerOfAGroupItsOwnRecordAndNobodyElses() throws Exception {
        List<Records> academies = List.of(Records.make(), Records.make(), Records.make());
        for (int round = 0; round < OFTEN; round++) {
            List<Future<Optional<UUID>>> own = new ArrayList<>();
            List<Future<Optional<UUID>>> foreign = new ArrayList<>();
            double before = roundTrips();
            try (Connection held = holdUp()) {
                for (int i = 0; i < 30; i++) {
                    Records caller = academies.get(i % 3);
                    own.add(call(NAME, caller, caller.memberUuid()));
                    foreign.add(call(NAME, caller, academies.get((i + 1) % 3).memberUuid()));
                }
                awaitWaiting();
                held.rollback();
            }
            for (int i = 0; i < 30; i++) {
                assertThat(own.get(i).get()).contains(academies.get(i % 3).memberUuid());
                assertThat(foreign.get(i).get()).isEmpty();
            }
            assertThat(roundTrips() - before).isBetween(4.0, 10.0);
        }
    }

    @Test
    void isKeptFromOthersRowsByRowLevelSecurityAlsoWithinAGroup() throws Exception {
        Records a = Records.make();
        Records b = Records.make();
        for (int round = 0; round < OFTEN; round++) {
            List<Future<Optional<UUID>>> found = new ArrayList<>();
            try (Connection held = holdUp()) {
                for (int i = 0; i < 30; i++) {
                    // The tenant before in the same round trip is the one that the record belongs to.
                    found.add(call(NAME_OF_ANYBODY, a, b.memberUuid()));
                    found.add(call(NAME_OF_ANYBODY, b, a.memberUuid()));
                }
                awaitWaiting();
                held.rollback();
            }
            for (Future<Optional<UUID>> one : found) {
                assertThat(one.get()).isEmpty();
            }
        }
        assertNoTenantOnAnyConnection();
    }

    @Test
    void readsTheOthersOfAGroupWhenOneFails() throws Exception {
        Records records = Records.make();
        Records poisoned = Records.make();
        Academy.execute("update members set legal_name = 'Poison' where id = ?", poisoned.memberUuid());
        List<Future<Optional<UUID>>> good = new ArrayList<>();
        List<Future<Optional<UUID>>> bad = new ArrayList<>();
        try (Connection held = holdUp()) {
            for (int i = 0; i < 48; i++) {
                if (i % 6 == 0) {
                    bad.add(call(FAILS_FOR_POISON, poisoned, poisoned.memberUuid()));
                } else {
                    good.add(call(FAILS_FOR_POISON, records, records.memberUuid()));
                }
            }
            awaitWaiting();
            held.rollback();
        }
        for (Future<Optional<UUID>> one : good) {
            assertThat(one.get()).contains(records.memberUuid());
        }
        for (Future<Optional<UUID>> one : bad) {
            assertThatThrownBy(one::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SQLException.class)
                    .hasMessageContaining("division by zero");
        }
        assertNoTenantOnAnyConnection();
    }

    @Test
    void failsOnlyTheCallerThatCannotReadItsRows() throws Exception {
        Records records = Records.make();
        Future<Optional<UUID>> good;
        Future<Object> bad;
        try (Connection held = holdUp()) {
            good = call(NAME, records, records.memberUuid());
            bad = callers.submit(() -> reads.find(NAME, tenant(records), records.memberUuid(), row -> {
                throw new CancellationException("of this caller");
            }));
            awaitBlocked();
            held.rollback();
        }
        assertThat(good.get()).contains(records.memberUuid());
        assertThatThrownBy(bad::get).hasCauseInstanceOf(CancellationException.class);
    }

    @Test
    void outlivesAnErrorOfACaller() throws Exception {
        Records records = Records.make();
        for (int i = 0; i < 4; i++) {
            Future<Object> bad = callers.submit(() -> reads.find(NAME, tenant(records), records.memberUuid(), _ -> {
                throw new StackOverflowError("of this caller");
            }));
            assertThatThrownBy(bad::get).hasCauseInstanceOf(StackOverflowError.class);
        }
        assertThat(call(NAME, records, records.memberUuid()).get()).contains(records.memberUuid());
    }

    @Test
    void readsTheOthersOfAGroupWhenTheirStatementIsCancelled() throws Exception {
        Records records = Records.make();
        List<Future<Optional<UUID>>> all = new ArrayList<>();
        try (Connection held = holdUp()) {
            for (int i = 0; i < 6; i++) {
                all.add(call(NAME, records, records.memberUuid()));
            }
            awaitBlocked();
            try (Connection superuser = EmbeddedDatabaseResource.connectAsSuperuser();
                    Statement statement = superuser.createStatement()) {
                statement.execute("select pg_cancel_backend(pid) from pg_stat_activity"
                        + " where application_name = 'operating-spine read' and wait_event_type = 'Lock'");
            }
            held.rollback();
        }
        int read = 0;
        for (Future<Optional<UUID>> one : all) {
            try {
                assertThat(one.get()).contains(records.memberUuid());
                read++;
            } catch (ExecutionException e) {
                assertThat(e).hasMessageContaining("canceling statement");
            }
        }
        assertThat(read).isGreaterThanOrEqualTo(4);
    }

    @Test
    void stopsAlthoughTheDatabaseDoesNotAnswer() throws Exception {
        Records records = Records.make();
        SharedReads stopping = new SharedReads(dataSource, config, new StopDeadline());
        stopping.start(new StartupEvent());
        List<Future<Optional<UUID>>> calls = new ArrayList<>();
        try (Connection held = holdUp()) {
            for (int i = 0; i < 40; i++) {
                calls.add(callers.submit(() -> stopping.find(
                        NAME,
                        tenant(records),
                        records.memberUuid(),
                        row -> Optional.ofNullable(row.getObject(1, UUID.class)))));
            }
            awaitBlocked();
            long began = System.nanoTime();
            stopping.stop(new ShutdownEvent());
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            held.rollback();
        }
        for (Future<Optional<UUID>> one : calls) {
            Awaitility.await().until(one::isDone);
        }
        assertThatThrownBy(() -> stopping.find(NAME, tenant(records), records.memberUuid(), _ -> true))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void refusesToTakeTheWholePool() {
        DatabaseConfig greedy = (DatabaseConfig) Proxy.newProxyInstance(
                DatabaseConfig.class.getClassLoader(),
                new Class<?>[] {DatabaseConfig.class},
                (_, method, arguments) ->
                        method.getName().equals("readers") ? Integer.valueOf(4) : method.invoke(config, arguments));
        assertThatThrownBy(() -> new SharedReads(dataSource, greedy, new StopDeadline()).start(new StartupEvent()))
                .hasMessageContaining("SPINE_DATABASE_READERS (4) must be below SPINE_DATABASE_READ_CONNECTIONS (4)");
    }

    @Test
    void hasAnotherReaderTakeOverFromOneThatTheDatabaseDoesNotAnswer() throws Exception {
        Records records = Records.make();
        List<Duration> took = new ArrayList<>();
        try (Connection gate = EmbeddedDatabaseResource.connectAsSuperuser();
                Statement statement = gate.createStatement()) {
            statement.execute("select pg_advisory_lock(" + GATE + ")");
            Future<Optional<UUID>> stuck = call(WAITS_AT_THE_GATE, records, records.memberUuid());
            Awaitility.await().until(() -> isThereAReadThat("wait_event = 'advisory'"));
            for (int i = 0; i < 10; i++) {
                long began = System.nanoTime();
                assertThat(call(NAME, records, records.memberUuid()).get()).contains(records.memberUuid());
                took.add(Duration.ofNanos(System.nanoTime() - began));
            }
            assertThat(stuck.isDone()).isFalse();
            statement.execute("select pg_advisory_unlock(" + GATE + ")");
            assertThat(stuck.get()).contains(records.memberUuid());
        }
        // Most of those that nobody woke a reader for would wait for the next look of the watch: a tenth of a second.
        assertThat(took.stream().sorted().skip(took.size() / 2).findFirst().orElseThrow())
                .isLessThan(Duration.ofMillis(50));
    }

    @Test
    void readsOnOnAnotherConnectionWhenOneIsLost() throws Exception {
        Records records = Records.make();
        List<Future<Optional<UUID>>> lost = new ArrayList<>();
        try (Connection held = holdUp()) {
            for (int i = 0; i < 3; i++) {
                lost.add(call(NAME, records, records.memberUuid()));
            }
            awaitBlocked();
            try (Connection superuser = EmbeddedDatabaseResource.connectAsSuperuser();
                    Statement statement = superuser.createStatement()) {
                // As often as a reader has come to the table since.
                Awaitility.await().until(() -> {
                    statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where application_name = 'operating-spine read' and wait_event_type = 'Lock'");
                    return lost.stream().allMatch(Future::isDone);
                });
            }
            for (Future<Optional<UUID>> one : lost) {
                assertThatThrownBy(one::get).hasCauseInstanceOf(SQLException.class);
            }
            held.rollback();
        }
        assertThat(call(NAME, records, records.memberUuid()).get()).contains(records.memberUuid());
    }

    private Future<Optional<UUID>> call(SharedReads.Select select, Records caller, UUID member) {
        return callers.submit(() ->
                reads.find(select, tenant(caller), member, row -> Optional.ofNullable(row.getObject(1, UUID.class))));
    }

    static Tenant tenant(Records records) {
        return new Tenant(records.academy().id(), ZoneOffset.UTC);
    }

    /** Nobody reads members until the connection is rolled back. */
    static Connection holdUp() throws SQLException {
        Connection owner = EmbeddedDatabaseResource.connectAsOwner();
        owner.setAutoCommit(false);
        try (Statement statement = owner.createStatement()) {
            statement.execute("lock table members in access exclusive mode");
        }
        return owner;
    }

    /** Until the readers wait for the database and all callers for a reader. */
    private void awaitWaiting() {
        awaitBlocked();
        Awaitility.await().until(() -> threads.stream().allMatch(SharedReadsTest::hasAskedOrIsDone));
    }

    private static boolean hasAskedOrIsDone(Thread caller) {
        return !caller.isAlive()
                || Arrays.stream(caller.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("join"));
    }

    private static void awaitBlocked() {
        Awaitility.await().until(() -> isThereAReadThat("wait_event_type = 'Lock'"));
    }

    private static boolean isThereAReadThat(String condition) throws SQLException {
        try (Connection superuser = EmbeddedDatabaseResource.connectAsSuperuser();
                Statement statement = superuser.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from pg_stat_activity"
                        + " where application_name = 'operating-spine read' and " + condition)) {
            row.next();
            return row.getInt(1) > 0;
        }
    }

    private void assertNoTenantOnAnyConnection() throws SQLException {
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                all.add(dataSource.getConnection());
            }
            for (Connection connection : all) {
                try (Statement statement = connection.createStatement();
                        ResultSet row =
                                statement.executeQuery("select coalesce(current_setting('spine.tenant', true), ''),"
                                        + " (select count(*) from members)")) {
                    row.next();
                    assertThat(row.getString(1)).isEmpty();
                    assertThat(row.getLong(2)).isZero();
                }
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }

    private double roundTrips() {
        return registry.get(SharedReadsMetrics.ROUND_TRIPS).functionCounter().count();
    }
}
