package app.spine.access;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Says on the management port how far the request log's writer is behind. */
@ApplicationScoped
class RequestLogMetrics {

    static final String BACKLOG = "spine.request.log.backlog";

    void register(@Observes StartupEvent event, MeterRegistry registry, RequestLog log) {
        Gauge.builder(BACKLOG, log, RequestLog::backlog)
                .description("Rows of the request log that wait for a commit")
                .register(registry);
    }
}
