package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.ValkeyResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Limits in Valkey are to callers what limits in memory are, and no call went without Valkey. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@WithTestResource(ValkeyResource.class)
class SharedLimitsTest extends LimitsBehaviour {

    @Inject
    MeterRegistry registry;

    private double spentBefore;

    @BeforeEach
    void valkeyIsThere() {
        await().atMost(Duration.ofSeconds(20)).until(() -> up() == 1);
        spentBefore = spentOnNode();
    }

    @AfterEach
    void valkeyKeptThem() {
        assertThat(up()).isEqualTo(1);
        assertThat(spentOnNode()).isEqualTo(spentBefore);
    }

    private double up() {
        return registry.get(LimitStores.UP).gauge().value();
    }

    private double spentOnNode() {
        return registry.get(SpendLimit.SPENT_ON_NODE).counter().count();
    }
}
