package app.spine.testsupport;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.callback.QuarkusTestAfterAllCallback;
import io.quarkus.test.junit.callback.QuarkusTestContext;
import java.util.stream.Collectors;

/** Keeps the names and labels of all that was measured, after each test class. */
public final class KeepMetrics implements QuarkusTestAfterAllCallback {

    @Override
    public void afterAll(QuarkusTestContext context) {
        Evidence.keep(
                "metrics",
                Arc.container().instance(MeterRegistry.class).get().getMeters().stream()
                        .map(Meter::getId)
                        .map(Meter.Id::toString)
                        .collect(Collectors.joining("\n")));
    }
}
