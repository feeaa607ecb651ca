package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.tenancy.StopDeadline;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class RequestLogTest {

    private static final String SESSION = "application_name = 'operating-spine request log'";

    /** Nobody else of that pool: who makes partitions waits for the same lock. */
    private static final String HELD_UP = " and wait_event_type = 'Lock' and query like 'insert into api_requests%'";

    private final LogEntries entries = new LogEntries(Academy.open().id());

    @Inject
    RequestLog log;

    @Inject
    @DataSource("log")
    AgroalDataSource dataSource;

    @Test
    void writesWhatArrivesTogetherInOneCommit() throws Exception {
        List<CompletableFuture<Void>> appended = Collections.synchronizedList(new ArrayList<>());
        try (Connection held = LogEntries.holdUp()) {
            appended.add(log.append(entries.good()));
            awaitBlockedWriter();
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 200; i++) {
                    callers.execute(() -> appended.add(log.append(entries.good())));
                }
            }
            assertThat(log.backlog()).isEqualTo(200);
            held.rollback();
        }
        await(appended);
        assertThat(entries.stored()).isEqualTo(201);
        assertThat(entries.commits()).isEqualTo(2);
    }

    @Test
    void writesEverythingThatIsAppendedAtOnceInFewerCommitsThanRows() throws Exception {
        List<CompletableFuture<Void>> appended = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            appended.add(log.append(entries.good()));
        }
        await(appended);
        assertThat(entries.stored()).isEqualTo(2_000);
        assertThat(entries.commits()).isLessThan(1_000);
    }

    @Test
    void isDurableBeforeItSaysSo() throws Exception {
        for (int i = 1; i <= 20; i++) {
            log.append(entries.good()).get(5, TimeUnit.SECONDS);
            assertThat(entries.stored()).isEqualTo(i);
        }
    }

    @Test
    void saysNothingWhileTheCommitHangs() throws Exception {
        CompletableFuture<Void> appended;
        try (Connection held = LogEntries.holdUp()) {
            appended = log.append(entries.good());
            awaitBlockedWriter();
            assertThat(appended).isNotDone();
            held.rollback();
        }
        appended.get(5, TimeUnit.SECONDS);
        assertThat(entries.stored()).isEqualTo(1);
    }

    @Test
    void failsABadRowAloneAndKeepsItsNeighbours() throws Exception {
        List<CompletableFuture<Void>> good = new ArrayList<>();
        List<CompletableFuture<Void>> bad = new ArrayList<>();
        try (Connection held = LogEntries.holdUp()) {
            good.add(log.append(entries.good()));
            awaitBlockedWriter();
            for (int i = 0; i < 20; i++) {
                (i % 7 == 3 ? bad : good).add(log.append(i % 7 == 3 ? entries.bad() : entries.good()));
            }
            held.rollback();
        }
        await(good);
        assertThat(bad)
                .hasSize(3)
                .allSatisfy(row -> assertThatThrownBy(() -> row.get(5, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasRootCauseInstanceOf(SQLException.class));
        assertThat(entries.stored()).isEqualTo(good.size());
    }

    @Test
    void writesARowOnceThoughItIsTriedTwice() throws Exception {
        UUID id = UuidV7.create(Clock.systemUTC());
        log.append(entries.at(id, 1)).get(5, TimeUnit.SECONDS);
        log.append(entries.at(id, 1)).get(5, TimeUnit.SECONDS);
        assertThat(entries.stored()).isEqualTo(1);
    }

    @Test
    void takesNoMoreRowsThanItsQueueHolds() {
        // Nothing writes in this one, so its queue only fills.
        RequestLog idle = new RequestLog(dataSource, FixedAccessConfig.queueing(3), new StopDeadline());
        for (int i = 0; i < 3; i++) {
            assertThat(idle.append(entries.good())).isNotDone();
        }
        assertThat(idle.append(entries.good())).isCompletedExceptionally();
        assertThat(idle.backlog()).isEqualTo(3);
    }

    @Test
    void losesNothingWhenItsIdleSessionIsEnded() throws Exception {
        log.append(entries.good()).get(5, TimeUnit.SECONDS);
        endSession("");
        log.append(entries.good()).get(5, TimeUnit.SECONDS);
        assertThat(entries.stored()).isEqualTo(2);
    }

    @Test
    void losesNothingWhenItsSessionIsEndedInTheMiddleOfAStatement() throws Exception {
        List<CompletableFuture<Void>> appended = new ArrayList<>();
        try (Connection held = LogEntries.holdUp()) {
            appended.add(log.append(entries.good()));
            awaitBlockedWriter();
            for (int i = 0; i < 50; i++) {
                appended.add(log.append(entries.good()));
            }
            endSession(HELD_UP);
            held.rollback();
        }
        await(appended);
        assertThat(entries.stored()).isEqualTo(51);
    }

    @Test
    void saysThatARowIsLostRatherThanKeepItWaiting() throws Exception {
        CompletableFuture<Void> appended;
        try {
            Academy.execute("revoke insert on api_requests from spine_app");
            appended = log.append(entries.good());
            assertThatThrownBy(() -> appended.get(5, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        } finally {
            Academy.execute("grant insert on api_requests to spine_app");
        }
        assertThat(entries.stored()).isZero();
        log.append(entries.good()).get(5, TimeUnit.SECONDS);
        assertThat(entries.stored()).isEqualTo(1);
    }

    @Test
    void writesWhatWaitsBeforeItStops() throws Exception {
        RequestLog stopping = new RequestLog(dataSource, FixedAccessConfig.queueing(100), new StopDeadline());
        stopping.start(new StartupEvent());
        // Connects, which is not to be left to the second that a stop has.
        stopping.append(entries.good()).get(5, TimeUnit.SECONDS);
        List<CompletableFuture<Void>> appended = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            appended.add(stopping.append(entries.good()));
        }
        stopping.stop(new ShutdownEvent());
        assertThat(appended).allMatch(CompletableFuture::isDone);
        await(appended);
        assertThat(entries.stored()).isEqualTo(51);
        assertThat(stopping.append(entries.good())).isCompletedExceptionally();
    }

    @Test
    void stopsInTimeWhileTheDatabaseHangsAndSaysWhatIsNotWritten() throws Exception {
        RequestLog stopping = new RequestLog(dataSource, FixedAccessConfig.queueing(100), new StopDeadline());
        stopping.start(new StartupEvent());
        UUID sentId = UuidV7.create(Clock.systemUTC());
        UUID unsentId = UuidV7.create(Clock.systemUTC());
        CompletableFuture<Void> sent;
        CompletableFuture<Void> unsent;
        List<String> logged;
        Duration took;
        try (Connection held = LogEntries.holdUp()) {
            sent = stopping.append(entries.at(sentId, 1));
            awaitBlockedWriter();
            unsent = stopping.append(entries.at(unsentId, 1));
            try (LoggedLines lines = LoggedLines.of(RequestLog.class)) {
                long beganNanos = System.nanoTime();
                stopping.stop(new ShutdownEvent());
                took = Duration.ofNanos(System.nanoTime() - beganNanos);
                logged = lines.all();
            }
            assertThat(sent).isCompletedExceptionally();
            assertThat(unsent).isCompletedExceptionally();
            held.rollback();
        }
        assertThat(took).isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
        assertThat(logged)
                .singleElement()
                .asString()
                .contains(
                        "of 1 rows it is not known whether they are written, and 1 are not",
                        TypeId.format("req", sentId) + ", " + TypeId.format("req", unsentId))
                .doesNotContain("and others");
        // Of the row that was on its way the database decided, and nobody was told that it is there.
        Awaitility.await().until(() -> sessions(" and state = 'active'") == 0);
        assertThat(entries.stored()).isBetween(0L, 1L);
    }

    private static void endSession(String condition) throws SQLException {
        try (Connection superuser = EmbeddedDatabaseResource.connectAsSuperuser();
                Statement statement = superuser.createStatement()) {
            // Waits until they are gone, at most five seconds.
            statement.execute(
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where " + SESSION + condition);
        }
    }

    private static void awaitBlockedWriter() {
        Awaitility.await("the writer waits for the lock")
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> sessions(HELD_UP) > 0);
    }

    private static int sessions(String condition) throws SQLException {
        try (Connection superuser = EmbeddedDatabaseResource.connectAsSuperuser();
                Statement statement = superuser.createStatement();
                var row =
                        statement.executeQuery("select count(*) from pg_stat_activity where " + SESSION + condition)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void await(List<CompletableFuture<Void>> appended) throws Exception {
        CompletableFuture.allOf(appended.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    }
}
