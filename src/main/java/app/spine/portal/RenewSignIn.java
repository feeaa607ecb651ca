package app.spine.portal;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.OidcRedirectFilter;
import io.quarkus.oidc.Redirect;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Has the provider ask for the person's proof once more where a sign-in is to be renewed. */
@ApplicationScoped
@Unremovable
@Redirect(Redirect.Location.OIDC_AUTHORIZATION)
class RenewSignIn implements OidcRedirectFilter {

    private static final String COOKIE = "spine_ask";
    private static final String KEY = "spine.renew-sign-in";

    private final SignInConfig config;

    RenewSignIn(SignInConfig config) {
        this.config = config;
    }

    /** The redirect of this request asks anew. */
    static void ask(RoutingContext context) {
        context.put(KEY, true);
    }

    /** The next redirect of this browser asks anew, within a minute. */
    static void askNext(RoutingContext context, boolean secure) {
        context.response()
                .addCookie(cookie("login", secure || context.request().isSSL()).setMaxAge(60));
    }

    private static Cookie cookie(String value, boolean secure) {
        return Cookie.cookie(COOKIE, value)
                .setPath(PortalPath.ROOT)
                .setHttpOnly(true)
                .setSecure(secure)
                .setSameSite(CookieSameSite.LAX);
    }

    @Override
    public void filter(OidcRedirectContext redirect) {
        RoutingContext context = redirect.routingContext();
        boolean next = context.request().getCookie(COOKIE) != null;
        boolean renew = next || context.get(KEY) != null;
        if (next) {
            context.response().addCookie(cookie("", context.request().isSSL()).setMaxAge(0));
        }
        // A provider that is given an age says when the person proved itself (OpenID Connect Core, 3.1.2.1).
        redirect.additionalQueryParams()
                .add("max_age", Long.toString((renew ? Person.FRESH : config.sessionLength()).toSeconds()));
        if (renew) {
            redirect.additionalQueryParams().add("prompt", "login");
        }
    }
}
