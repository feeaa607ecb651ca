package app.spine.reference;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.function.Supplier;

/** The public pages of the reference. They need neither script nor anything from elsewhere, and their policy says so. */
@ApplicationScoped
class ReferenceRoutes {

    private static final String POLICY =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final ReferencePages pages;

    ReferenceRoutes(ReferencePages pages) {
        this.pages = pages;
    }

    void register(@Observes Router router) {
        page(router, "/reference", pages::operations);
        page(router, "/reference/errors", pages::errors);
    }

    private static void page(Router router, String path, Supplier<String> page) {
        router.route(HttpMethod.GET, path).handler(context -> answer(context, page.get()));
        router.route(HttpMethod.HEAD, path).handler(context -> answer(context, page.get()));
    }

    private static void answer(RoutingContext context, String page) {
        context.response()
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", "public, max-age=300")
                .end(page);
    }
}
