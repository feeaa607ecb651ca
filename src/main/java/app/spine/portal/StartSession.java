package app.spine.portal;

import app.spine.events.Actor;
import app.spine.events.CurrentOrigin;
import app.spine.events.DomainEvent;
import app.spine.tenancy.Tenant;
import app.spine.tenancy.TenantScope;
import io.quarkus.oidc.AuthenticationCompletionAction;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Begins the portal's session when the provider has vouched for a person, and there only: renewing the provider's tokens
 * makes none, so that nobody becomes freshly signed in without having been at the provider. Whoever has no role or no
 * academy gets none, and a page that says so.
 */
@ApplicationScoped
class StartSession implements AuthenticationCompletionAction {

    private final Claims claims;
    private final Academies academies;
    private final Sessions sessions;
    private final People people;
    private final TenantScope tenants;
    private final CurrentOrigin origin;
    private final Event<DomainEvent> events;
    private final ProviderSettings settings;
    private final Clock clock;

    StartSession(
            Claims claims,
            Academies academies,
            Sessions sessions,
            People people,
            TenantScope tenants,
            CurrentOrigin origin,
            Event<DomainEvent> events,
            ProviderSettings settings,
            Clock clock) {
        this.claims = claims;
        this.academies = academies;
        this.sessions = sessions;
        this.people = people;
        this.tenants = tenants;
        this.origin = origin;
        this.events = events;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Uni<Void> action(AuthenticationCompletionContext completed) {
        return completed
                .requestContext()
                .runBlocking(() -> {
                    start(
                                    completed.identity(),
                                    completed.routingContext().request().getCookie(Sessions.COOKIE))
                            .ifPresent(secret -> remember(completed.routingContext(), secret, settings.isSecure()));
                    return completed.identity();
                })
                .replaceWithVoid();
    }

    private Optional<String> start(SecurityIdentity identity, @Nullable Cookie before) {
        Claims.Claimed claimed = claims.of(identity);
        if (claimed.role() == null || claimed.academySlug() == null) {
            return Optional.empty();
        }
        try {
            return academies.find(claimed.academySlug()).map(academy -> start(claimed, academy, before));
        } catch (SQLException e) {
            throw new IllegalStateException("the academy could not be looked up", e);
        }
    }

    private String start(Claims.Claimed claimed, Academies.Academy academy, @Nullable Cookie before) {
        Role role = Objects.requireNonNull(claimed.role());
        return tenants.callApart(new Tenant(academy.id(), academy.zone()), () -> {
            origin.identify(new Actor(Actor.Kind.PERSON, claimed.subject(), null), null);
            if (before != null) {
                // A renewed sign-in takes the place of the one before.
                sessions.end(academy.id(), before.getValue());
            }
            Instant now = clock.instant();
            Instant at = claimed.authenticatedAt() == null ? now : claimed.authenticatedAt();
            // A provider whose clock is ahead makes nobody fresher than now.
            String secret =
                    sessions.start(academy.id(), claimed.issuer(), claimed.subject(), at.isAfter(now) ? now : at);
            people.note(academy.id(), claimed.subject(), claimed.name(), now);
            events.fire(new PersonEvent.SignedIn(
                    claimed.subject(),
                    new PersonEvent.Entry(claimed.issuer(), claimed.subject(), claimed.name(), role.wire())));
            return secret;
        });
    }

    /** Until the browser ends; the session itself ends before. Lax, since the way back from the provider is another site's. */
    private static void remember(RoutingContext context, String secret, boolean secure) {
        context.response()
                .addCookie(Cookie.cookie(Sessions.COOKIE, secret)
                        .setPath(PortalPath.ROOT)
                        .setHttpOnly(true)
                        .setSecure(secure || context.request().isSSL())
                        .setSameSite(CookieSameSite.LAX));
    }

    /** Takes back the session's cookies, the provider's tokens among them. */
    static void forget(RoutingContext context) {
        context.request().cookies().stream()
                .map(Cookie::getName)
                .filter(name -> name.equals(Sessions.COOKIE) || name.startsWith(OidcUtils.SESSION_COOKIE_NAME))
                .forEach(name -> context.response()
                        .addCookie(Cookie.cookie(name, "")
                                .setPath(PortalPath.ROOT)
                                .setHttpOnly(true)
                                .setMaxAge(0)
                                .setSameSite(CookieSameSite.LAX)));
    }
}
