package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.ValkeyResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;

/** Limits in Valkey are to callers what limits in memory are, and no call went without Valkey. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@WithTestResource(ValkeyResource.class)
class SharedLimitsTest extends LimitsBehaviour {

    @Inject
    MeterRegistry registry;

    @AfterEach
    void valkeyKeptThem() {
        assertThat(registry.get(LimitStores.UP).gauge().value()).isEqualTo(1);
        assertThat(registry.get(SpendLimit.SPENT_ON_NODE).counter().count()).isZero();
    }
}
