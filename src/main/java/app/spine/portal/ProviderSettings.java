package app.spine.portal;

import app.spine.consumers.Peppers;
import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.OidcTenantConfigBuilder;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.oidc.runtime.OidcTenantConfig.Authentication.CookieSameSite;
import io.quarkus.oidc.runtime.OidcTenantConfig.Roles.Source;
import io.quarkus.oidc.runtime.OidcTenantConfig.TokenStateManager.Strategy;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Base64;

/**
 * What the OIDC extension knows of the provider: the code flow with PKCE on the portal's paths, and nothing anywhere else.
 * It gets it with the first request to the portal, so the start needs no provider, and asks again while it is away.
 */
@ApplicationScoped
class ProviderSettings implements TenantConfigResolver {

    private static final String SESSION_KEY = "portal session";
    private static final String STATE_KEY = "portal sign-in state";

    private static final int LEAST_SECRET = 32;

    // Of 32 random hexadecimal digits fewer are different once in 10^7 times; a short pattern that repeats itself
    // always has fewer.
    private static final int LEAST_DIFFERENT = 8;

    /** How long a person may take at the provider. */
    private static final Duration AT_PROVIDER = Duration.ofMinutes(15);

    /** How long the extension waits for the provider; somebody is waiting for the page. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final OidcTenantConfig NONE =
            OidcTenantConfig.builder().tenantId("none").disableTenant().build();

    private final SignInConfig config;
    private final Peppers peppers;
    private final Uni<OidcTenantConfig> portal;

    ProviderSettings(SignInConfig config, Peppers peppers) {
        this.config = config;
        this.peppers = peppers;
        this.portal = Uni.createFrom().item(config.isOn() ? settings() : NONE);
    }

    /** Without it the first visitor would be the first to hear of a setting that cannot be. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        config.sessionSecret().ifPresent(ProviderSettings::refuseGuessable);
        config.portalUrl().filter(url -> !isOrigin(url)).ifPresent(url -> {
            throw new ConfigurationException("spine.oidc.portal-url is " + url
                    + ": set scheme and host as browsers have them, such as https://spine.example.com.");
        });
    }

    /** Quarkus prints the message alone and ends with exit code 1. */
    private static void refuseGuessable(String secret) {
        String remedy = " characters: set a random one, such as openssl rand -base64 32 gives, or none.";
        if (secret.length() < LEAST_SECRET) {
            throw new ConfigurationException("spine.oidc.session-secret has fewer than " + LEAST_SECRET + remedy);
        }
        if (secret.chars().distinct().count() < LEAST_DIFFERENT) {
            throw new ConfigurationException(
                    "spine.oidc.session-secret has fewer than " + LEAST_DIFFERENT + " different" + remedy);
        }
    }

    private static boolean isOrigin(String url) {
        try {
            URI uri = new URI(withoutSlash(url));
            return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext context, OidcRequestContext<OidcTenantConfig> blocking) {
        return PortalPath.isPortal(context) ? portal : Uni.createFrom().item(NONE);
    }

    /** Whether the portal's cookies go over https alone. On a developer's machine there is none. */
    boolean isSecure() {
        return config.portalUrl()
                .map(url -> url.startsWith("https:"))
                .orElse(!LaunchMode.current().isDevOrTest());
    }

    /** An address of the portal as browsers have it, complete where the configuration says it. */
    String address(String path) {
        return config.portalUrl().map(ProviderSettings::withoutSlash).orElse("") + path;
    }

    /** Where the API is reached, without a path: as the configuration says it, or as the request does. */
    String origin(UriInfo request) {
        String base = request.getBaseUri().resolve("/").toString();
        return config.portalUrl().map(ProviderSettings::withoutSlash).orElse(withoutSlash(base));
    }

    private OidcTenantConfig settings() {
        OidcTenantConfigBuilder builder = OidcTenantConfig.builder()
                .tenantId("portal")
                .applicationType(ApplicationType.WEB_APP)
                .authServerUrl(withoutSlash(config.issuer().orElseThrow()))
                .clientId(config.clientId().orElseThrow())
                .connectionTimeout(PATIENCE)
                // Whoever waits for a page tries again by itself.
                .connectionRetryCount(1);
        config.clientSecret().ifPresent(builder::credentials);
        builder.token().issuer(config.issuer().orElseThrow()).refreshExpired().end();
        builder.authentication()
                .pkceRequired()
                .stateSecret(secret(STATE_KEY))
                .nonceRequired(config.nonce())
                .scopes(config.scopes())
                .redirectPath(address(PortalPath.CALLBACK))
                .restorePathAfterRedirect()
                .cookiePath(PortalPath.ROOT)
                .cookieSameSite(CookieSameSite.LAX)
                .cookieForceSecure(isSecure())
                .stateCookieAge(AT_PROVIDER)
                .sessionAgeExtension(config.sessionIdle())
                .userInfoRequired(config.claimsSource() == SignInConfig.Source.USERINFO)
                .end();
        builder.roles(
                switch (config.claimsSource()) {
                    case ID_TOKEN -> Source.idtoken;
                    // It must be a token that the provider signed for us to read.
                    case ACCESS_TOKEN -> Source.accesstoken;
                    case USERINFO -> Source.userinfo;
                },
                config.rolesClaim());
        builder.tokenStateManager()
                .encryptionRequired()
                .encryptionSecret(config.sessionSecret().orElseGet(() -> secret(SESSION_KEY)))
                .strategy(
                        config.claimsSource() == SignInConfig.Source.ID_TOKEN
                                ? Strategy.ID_REFRESH_TOKENS
                                : Strategy.KEEP_ALL_TOKENS)
                .end();
        return builder.build();
    }

    /** A secret that every node has, made of one that every node has; 43 characters. */
    private String secret(String purpose) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(peppers.hmac(peppers.currentVersion(), purpose));
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
