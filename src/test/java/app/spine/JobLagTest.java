package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.scheduler.Trigger;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class JobLagTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    // Runs every five seconds.
    private static final String JOB = "count-usage";

    @Inject
    MeterRegistry registry;

    @Inject
    Scheduler scheduler;

    @Test
    void isShownOfEachJob() {
        assertThat(registry.find(JobLag.LAG).timeGauges())
                .extracting(Meter::getId)
                .extracting(id -> id.getTag("job"))
                .contains(
                        "count-usage",
                        "expire-usage",
                        "key-origins",
                        "key-reminders",
                        "key-use",
                        "leak-reports",
                        "request-partitions",
                        "sweep-idempotency-keys")
                .containsAll(scheduler.getScheduledJobs().stream()
                        .map(Trigger::getId)
                        .toList());
    }

    @Test
    void risesWhileAJobFailsAndFallsWithItsFirstSuccess() {
        String app = EmbeddedDatabaseResource.properties().get("quarkus.datasource.username");
        double failuresBefore = failures();
        Academy.execute("revoke execute on function count_usage(integer) from " + app);
        try {
            // Of a program that has just started two turns may fail within its first five seconds, and the lag counts
            // from there.
            // A job that had much to do rests first, for up to a minute.
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> failures() >= failuresBefore + 2 && lagSeconds() > 6);
        } finally {
            Academy.execute("grant execute on function count_usage(integer) to " + app);
        }
        Awaitility.await().atMost(SOON).until(() -> lagSeconds() < 5);
    }

    private double lagSeconds() {
        return registry.get(JobLag.LAG).tag("job", JOB).timeGauge().value(TimeUnit.SECONDS);
    }

    private double failures() {
        return registry.get(JobLag.FAILURES).tag("job", JOB).counter().count();
    }
}
