package app.spine.tenancy;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Says on the management port how many reads wait for the database, and how often it is asked. */
@ApplicationScoped
class SharedReadsMetrics {

    static final String BACKLOG = "spine.reads.backlog";
    static final String ROUND_TRIPS = "spine.reads.round.trips";

    void register(@Observes StartupEvent event, MeterRegistry registry, SharedReads reads) {
        Gauge.builder(BACKLOG, reads, SharedReads::backlog)
                .description("Reads of single records that wait for a round trip to the database")
                .register(registry);
        FunctionCounter.builder(ROUND_TRIPS, reads, SharedReads::roundTrips)
                .description("Round trips to the database for reads of single records, which share them")
                .register(registry);
    }
}
