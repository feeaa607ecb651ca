package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.EmbeddedDatabaseResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class RequestLogMetricsTest {

    @Inject
    MeterRegistry registry;

    @Test
    void tellsHowManyRowsWaitForACommit() {
        assertThat(registry.get(RequestLogMetrics.BACKLOG).gauge().value()).isGreaterThanOrEqualTo(0);
    }
}
