package app.spine.health;

import io.netty.channel.Channel;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * What a node does from SIGTERM on: it says at once that it is not ready, goes on answering for {@code
 * quarkus.shutdown.delay} so that balancers can notice, and takes no more connections at the end of that time. Quarkus
 * closes each connection after its next answer, waits for the requests that are under way, and only then stops.
 *
 * <p>A caller that comes too late finds the port closed, which a proxy tries again elsewhere, and gets no 503, which a
 * proxy would pass on.
 */
@ApplicationScoped
class Drain {

    private static final Logger LOG = Logger.getLogger(Drain.class);

    // Ahead of everything that a request passes.
    private static final int FIRST = 10_000;

    // Connections that were made just before the port closed send their request within this time.
    private static final Duration SETTLE = Duration.ofMillis(500);

    private final Duration delay;
    private volatile boolean begun;
    private volatile long listensUntilNanos;

    Drain(@ConfigProperty(name = "quarkus.shutdown.delay") Optional<Duration> delay) {
        this.delay = delay.orElse(Duration.ZERO);
    }

    boolean hasBegun() {
        return begun;
    }

    void begin(@Observes ShutdownDelayInitiatedEvent event) {
        listensUntilNanos = System.nanoTime() + delay.minus(SETTLE).toNanos();
        begun = true;
        if (delay.isPositive()) {
            LOG.infof("Not ready any more, stopping in %s s", delay.toSeconds());
        }
    }

    void register(@Observes Filters filters) {
        filters.register(this::stopListening, FIRST);
    }

    /** Nobody else knows the port's channel, so the first request after the time has come closes it, and is served. */
    private void stopListening(RoutingContext context) {
        if (begun && System.nanoTime() - listensUntilNanos > 0) {
            HttpConnection connection = context.request().connection();
            if (connection instanceof ConnectionBase client) {
                Channel port = client.channel().parent();
                if (port != null) {
                    var _ = port.close();
                }
            }
        }
        context.next();
    }
}
