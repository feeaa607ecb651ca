package app.spine.portal;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * What every answer of the portal says to the browser, refusals and failures included, and the bound of what may be sent
 * to it: a form takes a few kB.
 */
@ApplicationScoped
class PortalHeaders {

    // Behind the check of the head (1,000) and ahead of authentication (200).
    private static final int AHEAD_OF_EVERYTHING = 900;

    private static final int MOST_BYTES = 65_536;

    /** No script or style but our own files, no frame around a page, no form to anywhere else. */
    static final String POLICY =
            "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final String PERMISSIONS =
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(),"
                    + " publickey-credentials-get=(), usb=(), browsing-topics=()";

    private final ProviderSettings settings;
    private final GatePages pages;

    PortalHeaders(ProviderSettings settings, GatePages pages) {
        this.settings = settings;
        this.pages = pages;
    }

    void register(@Observes Filters filters) {
        filters.register(this::add, AHEAD_OF_EVERYTHING);
    }

    private void add(RoutingContext context) {
        if (!PortalPath.isPortal(context)) {
            context.next();
            return;
        }
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Permissions-Policy", PERMISSIONS)
                // The page that a form comes from is for us alone (CameFrom).
                .putHeader("Referrer-Policy", "same-origin")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                // Whoever sits down after a sign-out finds nothing.
                .putHeader("Cache-Control", "no-store");
        if (settings.isSecure() || request.isSSL()) {
            response.putHeader("Strict-Transport-Security", "max-age=31536000");
        }
        if (ReadOnly.is(request) || isBounded(request)) {
            context.next();
        } else {
            // What is left of the body is not read, so the connection cannot be used again.
            response.setStatusCode(413)
                    .putHeader("Connection", "close")
                    .putHeader("Content-Type", GatePages.TYPE)
                    .end(pages.tooLarge());
        }
    }

    /** Every browser says how much it sends. */
    private static boolean isBounded(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return length != null && length.matches("\\d{1,6}") && Integer.parseInt(length) <= MOST_BYTES;
    }
}
