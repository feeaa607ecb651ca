package app.spine.access;

import app.spine.consumers.Scope;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** Makes the store of limits that is configured. */
@ApplicationScoped
class LimitStores {

    static final String UP = "spine.limits.store.up";

    /** Without it a wrong setting would come to light with the first call, or never. */
    void check(@Observes StartupEvent event, LimitStore store, LimitsConfig config) {
        for (String scope : config.refusedWithoutStore().orElse(List.of())) {
            if (Scope.parse(scope).isEmpty()) {
                throw new ConfigurationException("SPINE_LIMITS_REFUSED_WITHOUT_STORE names " + scope
                        + ", which is no scope. /reference lists them; separate several by commas.");
            }
        }
    }

    @Produces
    @Singleton
    LimitStore store(LimitsConfig config, NodeLimits node, Vertx vertx, MeterRegistry registry) {
        return switch (config.store()) {
            case MEMORY -> node;
            case VALKEY -> {
                ValkeyLimits limits = new ValkeyLimits(
                        vertx, ValkeyAddress.of(config.valkeyUrl(), config.valkeyPassword()), config.valkeyPatience());
                Gauge.builder(UP, limits, kept -> kept.isUp() ? 1 : 0)
                        .description(
                                "Whether Valkey keeps the limits of all nodes: 1, or 0 while each node keeps its own")
                        .register(registry);
                limits.open();
                yield limits;
            }
        };
    }

    /** The client counts its connections, and the first one's alone: each new one would be told so in the log. */
    @Produces
    @Singleton
    MeterFilter withoutTheClients() {
        return MeterFilter.deny(
                meter -> meter.getName().startsWith("redis.") || "redis".equals(meter.getTag("clientType")));
    }

    void close(@Disposes LimitStore store) throws Exception {
        if (store instanceof AutoCloseable open) {
            open.close();
        }
    }
}
