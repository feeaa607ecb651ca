package app.spine.health;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The public health paths: 200 or 503 and the status alone, since anyone may ask. Answered on the event loop from a state
 * that the probe keeps, so that neither a burst of probes nor a busy node changes the answer.
 *
 * <p>Live is whoever can answer. Started means that migrations are done: they run before the port opens. Ready, and
 * {@code /health} as the sum, mean that the database answers and the node is not being stopped; nothing else takes a node
 * out of rotation.
 */
@ApplicationScoped
class HealthRoutes {

    private final DatabaseProbe probe;
    private final Drain drain;

    HealthRoutes(DatabaseProbe probe, Drain drain) {
        this.probe = probe;
        this.drain = drain;
    }

    void register(@Observes Router router) {
        Map<String, BooleanSupplier> paths = Map.of(
                "/health",
                this::isReady,
                "/health/live",
                () -> true,
                "/health/ready",
                this::isReady,
                "/health/started",
                () -> true);
        paths.forEach((path, up) -> {
            router.route(HttpMethod.GET, path).handler(context -> answer(context, up.getAsBoolean()));
            router.route(HttpMethod.HEAD, path).handler(context -> answer(context, up.getAsBoolean()));
        });
    }

    private boolean isReady() {
        return probe.isAnswering() && !drain.hasBegun();
    }

    private static void answer(RoutingContext context, boolean up) {
        context.response()
                .setStatusCode(up ? 200 : 503)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(up ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}");
    }
}
