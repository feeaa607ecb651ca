package app.spine.portal;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.NewCookie;
import java.net.URI;
import java.time.Duration;
import org.jboss.resteasy.reactive.RestResponse;

/** The person: how pages look in this browser, and the way out. */
@Path("/portal/you")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
@InPortalTransaction
class YouPage {

    private static final Duration KEPT = Duration.ofDays(365);

    private final Shells shells;
    private final ProviderSettings settings;

    YouPage(Shells shells, ProviderSettings settings) {
        this.shells = shells;
        this.settings = settings;
    }

    @GET
    public RestResponse<String> read() {
        return Html.page(Templates.you(shells.of(Navigation.Page.YOU)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> change(MultivaluedMap<String, String> sent, RoutingContext context) {
        Form form = Form.of(sent);
        boolean secure = settings.isSecure() || context.request().isSSL();
        return RestResponse.ResponseBuilder.<String>create(303)
                .location(URI.create("/portal/you?done=" + Done.APPEARANCE_SAVED.wire()))
                .cookie(
                        choice(Shells.THEME_COOKIE, secure, form.value("theme"), "light", "dark"),
                        choice(Shells.DENSITY_COOKIE, secure, form.value("density"), "compact"))
                .build();
    }

    /** What is none of the choices ends the cookie. */
    private static NewCookie choice(String name, boolean secure, String chosen, String... choices) {
        boolean known = java.util.Set.of(choices).contains(chosen);
        return new NewCookie.Builder(name)
                .value(known ? chosen : "")
                .path("/portal")
                .maxAge(known ? (int) KEPT.toSeconds() : 0)
                .httpOnly(true)
                .secure(secure)
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance you(Shell shell);
    }
}
