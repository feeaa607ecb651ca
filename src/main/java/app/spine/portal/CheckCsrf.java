package app.spine.portal;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.WithFormRead;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a change that does not prove to come from one of our own pages: it carries the session's token as a field of its
 * form or as a header, and the browser does not say that another site sent it.
 */
@ApplicationScoped
class CheckCsrf {

    private static final int STEP = RequireSignIn.STEP + 100;

    private final Csrf csrf;
    private final GatePages pages;

    CheckCsrf(Csrf csrf, GatePages pages) {
        this.csrf = csrf;
        this.pages = pages;
    }

    @Allowed({})
    @WithFormRead
    @ServerRequestFilter(priority = STEP)
    public @Nullable Response check(ResteasyReactiveContainerRequestContext request, RoutingContext context) {
        if (ReadOnly.is(context.request())) {
            return null;
        }
        String site = context.request().getHeader("Sec-Fetch-Site");
        boolean elsewhere = site != null && !site.equals("same-origin") && !site.equals("none");
        if (!elsewhere && isToken(sent(request, context))) {
            return null;
        }
        return Htmx.is(context.request()) ? Htmx.reload(403) : pages.unproven(CameFrom.page(context.request()));
    }

    private boolean isToken(@Nullable String sent) {
        return sent != null
                && !csrf.getToken().isEmpty()
                && MessageDigest.isEqual(
                        sent.getBytes(StandardCharsets.UTF_8), csrf.getToken().getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String sent(ResteasyReactiveContainerRequestContext request, RoutingContext context) {
        String header = context.request().getHeader(Csrf.HEADER);
        MediaType type = request.getMediaType();
        if (header != null || type == null || !type.isCompatible(MediaType.APPLICATION_FORM_URLENCODED_TYPE)) {
            return header;
        }
        ResteasyReactiveRequestContext form = (ResteasyReactiveRequestContext) request.getServerRequestContext();
        return (String) form.getFormParameter(Csrf.FIELD, true, false);
    }
}
