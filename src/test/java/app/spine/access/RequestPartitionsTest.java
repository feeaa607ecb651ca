package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class RequestPartitionsTest {

    private static final int RETENTION_DAYS = 14;

    private final LocalDate today = LocalDate.now(Clock.systemUTC());

    @Inject
    @DataSource("log")
    AgroalDataSource dataSource;

    @Inject
    RequestLog log;

    @Test
    void makesAWeekAheadOnce() throws SQLException {
        RequestPartitions partitions = on(today.plusDays(100));
        assertThat(partitions.makeAhead()).isEqualTo(8);
        assertThat(partitions.makeAhead()).isZero();
        assertThat(on(today.plusDays(101)).makeAhead()).isEqualTo(1);
        for (int day = 100; day <= 108; day++) {
            assertThat(exists(today.plusDays(day))).isTrue();
        }
        assertThat(exists(today.plusDays(99))).isFalse();
        assertThat(exists(today.plusDays(109))).isFalse();
    }

    @Test
    void hasTodaysFromTheStart() throws SQLException {
        assertThat(exists(today)).isTrue();
        assertThat(on(today).makeAhead()).isZero();
    }

    @Test
    void keepsADayFromItsFirstToItsLastMillisecond() throws Exception {
        LogEntries entries = new LogEntries(Academy.open().id());
        LocalDate day = today.plusDays(140);
        on(day).makeAhead();
        Instant start = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        UUID first = append(entries, start);
        UUID last = append(entries, start.plusSeconds(86_400).minusMillis(1));
        UUID next = append(entries, start.plusSeconds(86_400));
        UUID before = append(entries, start.minusMillis(1));
        assertThat(partitionOf(first)).isEqualTo(name(day));
        assertThat(partitionOf(last)).isEqualTo(name(day));
        assertThat(partitionOf(next)).isEqualTo(name(day.plusDays(1)));
        assertThat(partitionOf(before)).isEqualTo("api_requests_default");
    }

    @Test
    void movesRowsThatCameBeforeTheirPartition() throws Exception {
        LogEntries entries = new LogEntries(Academy.open().id());
        LocalDate day = today.plusDays(180);
        Instant noon = day.atStartOfDay(ZoneOffset.UTC).plusHours(12).toInstant();
        UUID early = append(entries, noon);
        UUID later = append(entries, noon.plusSeconds(30 * 86_400));
        assertThat(partitionOf(early)).isEqualTo("api_requests_default");
        assertThat(on(day).makeAhead()).isEqualTo(8);
        assertThat(partitionOf(early)).isEqualTo(name(day));
        assertThat(partitionOf(later)).isEqualTo("api_requests_default");
        assertThat(entries.stored()).isEqualTo(2);
    }

    @Test
    void givesAPartitionItsUniqueKey() throws Exception {
        LogEntries entries = new LogEntries(Academy.open().id());
        LocalDate day = today.plusDays(220);
        on(day).makeAhead();
        UUID id = append(entries, day.atStartOfDay(ZoneOffset.UTC).toInstant());
        log.append(entries.at(id, 1)).get(5, TimeUnit.SECONDS);
        assertThat(entries.stored()).isEqualTo(1);
    }

    @Test
    void dropsWhatIsOlderThanTheRetentionAndNothingElse() throws Exception {
        LogEntries entries = new LogEntries(Academy.open().id());
        // Behind what the program's own job drops after 90 days, before the week that the database keeps.
        LocalDate first = today.minusDays(30).minusDays(RETENTION_DAYS);
        make(first.minusDays(11), 12);
        UUID tooOld = appendOn(first.minusDays(1), entries);
        UUID oldest = appendOn(first, entries);
        UUID stray = appendOn(first.minusDays(20), entries);
        UUID youngStray = appendOn(first.plusDays(1), entries);
        assertThat(partitionOf(stray)).isEqualTo("api_requests_default");
        assertThat(partitionOf(youngStray)).isEqualTo("api_requests_default");

        entries.awaitCounted();
        try (Connection _ = withoutCounting()) {
            // Eleven partitions are more than one call takes; the stray row is the twelfth that goes.
            assertThat(on(today.minusDays(30)).expire()).isEqualTo(12);
        }

        assertThat(stored(tooOld, stray)).isEmpty();
        assertThat(stored(oldest, youngStray)).containsExactlyInAnyOrder(oldest, youngStray);
        assertThat(exists(first.minusDays(1))).isFalse();
        assertThat(exists(first)).isTrue();
        assertThat(exists(today)).isTrue();
        assertThat(on(today.minusDays(30)).expire()).isZero();
    }

    @Test
    void aClockThatRunsAheadDropsNothingOfTheLastWeek() throws SQLException {
        assertThatThrownBy(() -> on(today.plusDays(RETENTION_DAYS)).expire())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("keeps a week");
        assertThat(exists(today)).isTrue();
    }

    @Test
    void waitsBrieflyWhileTheLogIsBusyAndComesAgain() throws Exception {
        LocalDate tooOld = today.minusDays(61);
        make(tooOld, 1);
        RequestPartitions partitions = on(tooOld.plusDays(RETENTION_DAYS + 1));
        try (Connection busy = EmbeddedDatabaseResource.connectAsOwner();
                Statement statement = busy.createStatement()) {
            busy.setAutoCommit(false);
            statement.execute("lock table api_requests in row exclusive mode");
            assertThatThrownBy(partitions::expire)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("55P03"));
            assertThat(exists(tooOld)).isTrue();
            busy.rollback();
        }
        try (Connection _ = withoutCounting()) {
            assertThat(partitions.expire()).isEqualTo(1);
        }
        assertThat(exists(tooOld)).isFalse();
    }

    @Test
    void refusesADayThatNoLogCanReach() {
        assertThatThrownBy(() -> on(today.plusDays(500)).makeAhead()).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> on(LocalDate.of(2019, 1, 1)).makeAhead()).isInstanceOf(SQLException.class);
        assertThat(exists(today.plusDays(500))).isFalse();
    }

    private RequestPartitions on(LocalDate day) {
        Instant now = day.atStartOfDay(ZoneOffset.UTC).plusHours(23).toInstant();
        return new RequestPartitions(
                dataSource,
                Clock.fixed(now, ZoneOffset.UTC),
                FixedAccessConfig.keepingTheLog(Duration.ofDays(RETENTION_DAYS)));
    }

    /** Until it is closed: who counts reads the log, and nothing can be dropped meanwhile. */
    private static Connection withoutCounting() throws SQLException {
        Connection owner = EmbeddedDatabaseResource.connectAsOwner();
        owner.setAutoCommit(false);
        try (Statement statement = owner.createStatement()) {
            statement.execute("select from api_usage_mark for update");
        }
        return owner;
    }

    private static void make(LocalDate first, int days) {
        Academy.query(
                "select count(make_request_partition(day::date)) from generate_series(?::date, ?::date, '1 day') as day",
                first,
                first.plusDays(days - 1));
    }

    private static List<Object> stored(UUID... ids) {
        return List.copyOf(Academy.query("select id from api_requests where id = any(?)", (Object) ids));
    }

    private UUID appendOn(LocalDate day, LogEntries entries) throws Exception {
        return append(entries, day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private UUID append(LogEntries entries, Instant at) throws Exception {
        UUID id = UuidV7.at(at);
        log.append(entries.at(id, 1)).get(5, TimeUnit.SECONDS);
        return id;
    }

    private static String partitionOf(UUID id) {
        return String.valueOf(Academy.query("select tableoid::regclass::text from api_requests where id = ?", id)
                .getFirst());
    }

    private static boolean exists(LocalDate day) {
        return Academy.query("select to_regclass(?)::text", "public." + name(day))
                .contains(name(day));
    }

    private static String name(LocalDate day) {
        return "api_requests_" + day.format(DateTimeFormatter.BASIC_ISO_DATE);
    }
}
