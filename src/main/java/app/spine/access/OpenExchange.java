package app.spine.access;

import app.spine.http.UuidV7;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;

/** Gives each request under {@code /v1} its id and its place in the log, ahead of authentication. */
@ApplicationScoped
class OpenExchange {

    // Quarkus authenticates at 200; higher runs earlier.
    private static final int BEFORE_AUTHENTICATION = 1_000;

    private final Clock clock;
    private final ClientAddress clientAddress;

    OpenExchange(Clock clock, ClientAddress clientAddress) {
        this.clock = clock;
        this.clientAddress = clientAddress;
    }

    void register(@Observes Filters filters) {
        filters.register(this::open, BEFORE_AUTHENTICATION);
    }

    private void open(RoutingContext context) {
        String path = context.normalizedPath();
        // A matrix parameter behind the segment is still the segment to the router.
        if (path.startsWith("/v1") && (path.length() == 3 || path.charAt(3) == '/' || path.charAt(3) == ';')) {
            new Exchange(UuidV7.create(clock), clock.instant(), context.request(), clientAddress.of(context.request()))
                    .attachTo(context);
        }
        context.next();
    }
}
