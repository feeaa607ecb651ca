package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** How long counted use is kept. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ExpireUsageTest {

    private static final int RETENTION_DAYS = 500;

    @Inject
    DataSource dataSource;

    private final Academy academy = Academy.open();
    private final LocalDate today = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);

    @Test
    void removesWhatIsOlderThanTheRetentionAndNothingElse() throws SQLException {
        // The clock is moved back, so that nothing goes that another test may look at; less than the three years after
        // which the program's own job removes it.
        LocalDate now = today.minusDays(100);
        LocalDate oldest = now.minusDays(RETENTION_DAYS);
        use(oldest.minusDays(400), 1);
        use(oldest.minusDays(1), 1);
        use(oldest, 1);
        use(today, 1);

        assertThat(on(now).expire()).isGreaterThanOrEqualTo(2);

        assertThat(days()).containsExactly(oldest.toString(), today.toString());
        assertThat(on(now).expire()).isZero();
    }

    @Test
    void takesMoreThanOneBatchCan() throws SQLException {
        LocalDate now = today.minusDays(500);
        use(now.minusDays(RETENTION_DAYS + 1), 10_001);

        assertThat(on(now).expire()).isGreaterThanOrEqualTo(10_001);

        assertThat(days()).isEmpty();
    }

    @Test
    void aClockThatRunsAheadRemovesNothingOfTheLastYear() {
        use(today.minusDays(396), 1);
        assertThatThrownBy(() -> on(today.plusDays(105)).expire())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("396 days at least");
        assertThat(days()).hasSize(1);
    }

    private ExpireUsage on(LocalDate day) {
        Clock clock = Clock.fixed(day.atStartOfDay(ZoneOffset.UTC).plusHours(23).toInstant(), ZoneOffset.UTC);
        return new ExpireUsage(dataSource, clock, () -> Duration.ofDays(RETENTION_DAYS));
    }

    private void use(LocalDate day, int operations) {
        Academy.execute("""
                insert into api_usage (tenant_id, consumer_id, day, key_id, operation, status_class, requests, limited,
                    latency_us_sum, latency_us_max, bytes_in, bytes_out)
                select ?, ?, ?, ?, 'operation' || n, 2, 1, 0, 1, 1, 0, 0
                from generate_series(1, ?) as n""", academy.id(), UUID.randomUUID(), day, UUID.randomUUID(), operations);
    }

    private java.util.List<String> days() {
        return Academy.query("select distinct day::text from api_usage where tenant_id = ? order by 1", academy.id())
                .stream()
                .map(String::valueOf)
                .toList();
    }
}
