package app.spine.portal;

import app.spine.events.DomainEvent;
import io.quarkus.oidc.OidcConfigurationMetadata;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Event;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** The way in and out. */
@Path(PortalPath.ROOT)
@Produces(GatePages.TYPE)
@RunOnVirtualThread
class SignInPages {

    /** How long ago a session began that the provider just vouched for. */
    private static final Duration JUST_NOW = Duration.ofMinutes(1);

    private final CurrentPerson person;
    private final Sessions sessions;
    private final Event<DomainEvent> events;
    private final ProviderSettings settings;
    private final SignInConfig config;
    private final RequireSignIn signIn;
    private final GatePages pages;
    private final Clock clock;

    SignInPages(
            CurrentPerson person,
            Sessions sessions,
            Event<DomainEvent> events,
            ProviderSettings settings,
            SignInConfig config,
            RequireSignIn signIn,
            GatePages pages,
            Clock clock) {
        this.person = person;
        this.sessions = sessions;
        this.events = events;
        this.settings = settings;
        this.config = config;
        this.signIn = signIn;
        this.pages = pages;
        this.clock = clock;
    }

    /** The address that renews a sign-in and then opens a page. */
    static String again(String page) {
        return PortalPath.SIGN_IN_AGAIN + "?page=" + URLEncoder.encode(PortalPath.page(page), StandardCharsets.UTF_8);
    }

    /** The way back from the provider ends before this; whoever opens it by itself is signed in already. */
    @GET
    @Path("/callback")
    @Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
    public Response callback() {
        return to(PortalPath.ROOT);
    }

    @GET
    @Path("/sign-in-again")
    @Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
    public Response again(@QueryParam("page") @Nullable String page, RoutingContext context) {
        String back = PortalPath.page(page);
        if (person.require().isFresh(clock.instant())) {
            return to(back);
        }
        // Sent there once more it would come back the same: a provider that does not ask anew.
        if (clock.instant().isBefore(person.sessionStartedAt().plus(JUST_NOW))) {
            return pages.notRenewed(person.require(), back);
        }
        RenewSignIn.ask(context);
        return signIn.begin(context);
    }

    @POST
    @Path("/sign-out")
    @Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
    @InPortalTransaction
    public Response signOut(RoutingContext context) throws SQLException {
        Person leaving = person.require();
        Cookie cookie = context.request().getCookie(Sessions.COOKIE);
        if (cookie != null && sessions.end(leaving.tenantId(), cookie.getValue())) {
            events.fire(new PersonEvent.SignedOut(leaving.subject()));
        }
        String onward = onward(context);
        StartSession.forget(context);
        return pages.signedOut(onward);
    }

    /** For whoever the provider vouches for and who has nothing here: asks the provider for another person. */
    @GET
    @Path("/switch")
    public Response switchPerson(RoutingContext context) {
        String site = context.request().getHeader("Sec-Fetch-Site");
        if (config.isOn() && (site == null || site.equals("same-origin") || site.equals("none"))) {
            StartSession.forget(context);
            RenewSignIn.askNext(context, settings.isSecure());
        }
        return to(PortalPath.ROOT);
    }

    @GET
    @Path("/signed-out")
    public Response signedOut() {
        return pages.signedOut(null);
    }

    /** Whatever no other page is at. */
    @GET
    @Path("/{path: .+}")
    @Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
    public Response nothing() {
        return pages.nothing();
    }

    /** Where the sign-out ends at the provider (OpenID Connect RP-Initiated Logout); null where it has no such address. */
    private @Nullable String onward(RoutingContext context) {
        SecurityIdentity identity = QuarkusHttpUser.getSecurityIdentityBlocking(context, null);
        OidcConfigurationMetadata metadata = identity.getAttribute(OidcUtils.CONFIG_METADATA_ATTRIBUTE);
        String end = metadata == null ? null : metadata.getEndSessionUri();
        if (end == null) {
            return null;
        }
        String here = settings.address(PortalPath.SIGNED_OUT);
        String back = here.startsWith("/")
                ? context.request().scheme() + "://" + context.request().authority() + here
                : here;
        return end + (end.contains("?") ? '&' : '?') + "id_token_hint="
                + encode(((JsonWebToken) identity.getPrincipal()).getRawToken()) + "&post_logout_redirect_uri="
                + encode(back);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Response to(String page) {
        return Response.status(303).location(URI.create(page)).build();
    }
}
