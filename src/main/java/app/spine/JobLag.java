package app.spine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.FailedExecution;
import io.quarkus.scheduler.ScheduledExecution;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.scheduler.SuccessfulExecution;
import io.quarkus.scheduler.Trigger;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * How far each scheduled job is behind on this node: how long ago the last turn began that did all there was to do. It
 * rises to the job's period and falls again; beyond twice the period the job fails, hangs or no longer runs.
 *
 * <p>A job needs nothing for it but to let its failures through. They are logged here, in one line.
 */
@Singleton
class JobLag {

    static final String LAG = "spine.job.lag";
    static final String FAILURES = "spine.job.failures";

    private static final Logger LOG = Logger.getLogger(JobLag.class);

    private final Scheduler scheduler;
    private final MeterRegistry registry;
    private final Clock clock;

    // As many as there are scheduled methods.
    private final Map<String, Instant> doneUntil = new ConcurrentHashMap<>();

    JobLag(Scheduler scheduler, MeterRegistry registry, Clock clock) {
        this.scheduler = scheduler;
        this.registry = registry;
        this.clock = clock;
    }

    void register(@Observes StartupEvent event) {
        Instant started = clock.instant();
        for (Trigger job : scheduler.getScheduledJobs()) {
            String name = job.getId();
            doneUntil.putIfAbsent(name, started);
            TimeGauge.builder(
                            LAG,
                            this,
                            TimeUnit.MILLISECONDS,
                            jobs -> jobs.lag(name).toMillis())
                    .tag("job", name)
                    .description("How long ago a background job began its last turn that did all there was to do")
                    .register(registry);
            failures(name);
        }
    }

    void done(@Observes SuccessfulExecution turn) {
        ScheduledExecution execution = turn.getExecution();
        doneUntil.put(execution.getTrigger().getId(), execution.getFireTime());
    }

    void failed(@Observes FailedExecution turn) {
        String name = turn.getExecution().getTrigger().getId();
        failures(name).increment();
        LOG.warnf("The job %s failed and comes again at its next turn: %s", name, cause(turn.getException()));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** How long ago its last complete turn began, or the start of the program where there was none. */
    Duration lag(String job) {
        Instant done = doneUntil.get(job);
        Duration lag = done == null ? Duration.ZERO : Duration.between(done, clock.instant());
        return lag.isNegative() ? Duration.ZERO : lag;
    }

    private Counter failures(String job) {
        return Counter.builder(FAILURES)
                .tag("job", job)
                .description("Turns of a background job that failed, in whole or in part")
                .register(registry);
    }
}
