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
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class RequestPartitionsTest {

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
    void refusesADayThatNoLogCanReach() {
        assertThatThrownBy(() -> on(today.plusDays(500)).makeAhead()).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> on(LocalDate.of(2019, 1, 1)).makeAhead()).isInstanceOf(SQLException.class);
        assertThat(exists(today.plusDays(500))).isFalse();
    }

    private RequestPartitions on(LocalDate day) {
        Instant now = day.atStartOfDay(ZoneOffset.UTC).plusHours(23).toInstant();
        return new RequestPartitions(dataSource, Clock.fixed(now, ZoneOffset.UTC));
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
