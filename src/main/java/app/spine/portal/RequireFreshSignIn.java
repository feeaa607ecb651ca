package app.spine.portal;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Has a sign-in renewed that is older than ten minutes. */
@ApplicationScoped
class RequireFreshSignIn {

    private static final int STEP = RequireSignIn.STEP + 200;

    private final CurrentPerson person;
    private final GatePages pages;
    private final Clock clock;

    RequireFreshSignIn(CurrentPerson person, GatePages pages, Clock clock) {
        this.person = person;
        this.pages = pages;
        this.clock = clock;
    }

    @FreshSignIn
    @ServerRequestFilter(priority = STEP)
    public @Nullable Response require(RoutingContext context) {
        if (person.require().isFresh(clock.instant())) {
            return null;
        }
        boolean reads = ReadOnly.is(context.request()) && !Htmx.is(context.request());
        String page = SignInPages.again(reads ? context.request().uri() : CameFrom.page(context.request()));
        if (Htmx.is(context.request())) {
            return Htmx.open(403, page);
        }
        return reads ? Response.status(303).location(URI.create(page)).build() : pages.renew(page);
    }
}
