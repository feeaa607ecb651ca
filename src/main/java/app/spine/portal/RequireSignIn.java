package app.spine.portal;

import app.spine.access.ClientAddress;
import app.spine.consumers.Scope;
import app.spine.events.Actor;
import app.spine.events.CurrentOrigin;
import app.spine.http.GrantedScopes;
import app.spine.tenancy.CurrentTenant;
import app.spine.tenancy.Tenant;
import io.quarkus.oidc.OIDCException;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Lets a person in whom the provider vouches for, who has a role and an academy here and has not signed out, and enters
 * that academy. Everybody else gets a page that says what to do, or goes to the provider.
 */
@ApplicationScoped
class RequireSignIn {

    static final int STEP = 1_000;

    private static final Logger LOG = Logger.getLogger(RequireSignIn.class);

    /** The extension gives up on the provider after three seconds, twice for a code and its keys. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Set<String> EVERY_SCOPE =
            Arrays.stream(Scope.values()).map(Scope::wire).collect(Collectors.toUnmodifiableSet());

    private final SignInConfig config;
    private final OidcAuthenticationMechanism oidc;
    private final Claims claims;
    private final Academies academies;
    private final Sessions sessions;
    private final Provider provider;
    private final SignInGuard guard;
    private final ClientAddress addresses;
    private final GatePages pages;
    private final CurrentPerson currentPerson;
    private final CurrentTenant currentTenant;
    private final CurrentOrigin origin;
    private final GrantedScopes granted;
    private final Csrf csrf;

    RequireSignIn(
            SignInConfig config,
            OidcAuthenticationMechanism oidc,
            Claims claims,
            Academies academies,
            Sessions sessions,
            Provider provider,
            SignInGuard guard,
            ClientAddress addresses,
            GatePages pages,
            CurrentPerson currentPerson,
            CurrentTenant currentTenant,
            CurrentOrigin origin,
            GrantedScopes granted,
            Csrf csrf) {
        this.config = config;
        this.oidc = oidc;
        this.claims = claims;
        this.academies = academies;
        this.sessions = sessions;
        this.provider = provider;
        this.guard = guard;
        this.addresses = addresses;
        this.pages = pages;
        this.currentPerson = currentPerson;
        this.currentTenant = currentTenant;
        this.origin = origin;
        this.granted = granted;
        this.csrf = csrf;
    }

    @Allowed({})
    @ServerRequestFilter(priority = STEP)
    public @Nullable Response require(ContainerRequestContext request, ResourceInfo resource, RoutingContext context) {
        if (!config.isOn()) {
            return pages.off();
        }
        if (isWayBack(context) && !guard.admits("back at " + addresses.of(context.request()))) {
            return pages.tooMany();
        }
        try {
            SecurityIdentity identity = identity(context);
            return identity == null || identity.isAnonymous()
                    ? begin(context)
                    : enter(identity, allowed(resource.getResourceMethod()), context);
        } catch (AuthenticationRedirectException e) {
            // Back from the provider, on the way to the page that was asked for.
            return redirect(e.getCode(), e.getRedirectUri());
        } catch (AuthenticationCompletionException e) {
            return provider.isThere() ? pages.signInFailed(String.valueOf(e.getMessage())) : down(context);
        } catch (AuthenticationFailedException e) {
            // The provider's tokens are over, or it takes them back.
            LOG.debugf("A session is over: %s", e.getMessage());
            return begin(context);
        } catch (OIDCException | TimeoutException e) {
            LOG.debugf("The OIDC provider does not answer: %s", e.getMessage());
            return down(context);
        } catch (SQLException e) {
            LOG.warnf("A session could not be looked up: %s", e.getMessage());
            return pages.unavailable();
        }
    }

    /** Each costs the provider an exchange, whoever made up its code. */
    private static boolean isWayBack(RoutingContext context) {
        return context.normalizedPath().equals(PortalPath.CALLBACK)
                && context.request().query() != null;
    }

    /** Who the provider's tokens in the session cookie are of; null without. */
    private static @Nullable SecurityIdentity identity(RoutingContext context) {
        return QuarkusHttpUser.getSecurityIdentity(context, null).await().atMost(PATIENCE);
    }

    private @Nullable Response enter(SecurityIdentity identity, Set<Role> allowed, RoutingContext context)
            throws SQLException {
        Claims.Claimed claimed = claims.of(identity);
        Role role = claimed.role();
        if (role == null) {
            return pages.noRole(claimed);
        }
        Optional<Academies.Academy> found =
                claimed.academySlug() == null ? Optional.empty() : academies.find(claimed.academySlug());
        if (found.isEmpty()) {
            return pages.noAcademy(claimed);
        }
        Academies.Academy academy = found.get();
        Cookie cookie = context.request().getCookie(Sessions.COOKIE);
        Optional<Sessions.Session> session = cookie == null
                ? Optional.empty()
                : sessions.find(academy.id(), cookie.getValue(), claimed.issuer(), claimed.subject());
        if (cookie == null || session.isEmpty()) {
            return begin(context);
        }
        Person person = person(claimed, role, academy, session.get());
        identify(person, session.get(), cookie.getValue());
        if (!allowed.contains(role)) {
            return Htmx.is(context.request()) ? Htmx.reload(403) : pages.notAllowed(person);
        }
        boolean unbound = role == Role.PARTNER && person.consumerId() == null;
        return unbound && !isForUnboundPartners(context.normalizedPath()) ? redirect(303, PortalPath.INVITATION) : null;
    }

    private static Person person(
            Claims.Claimed claimed, Role role, Academies.Academy academy, Sessions.Session session) {
        Instant started = session.authenticatedAt();
        // The earlier of the two, so that neither can make the sign-in younger than it is.
        Instant at =
                claimed.authenticatedAt() != null && claimed.authenticatedAt().isBefore(started)
                        ? claimed.authenticatedAt()
                        : started;
        return new Person(
                claimed.issuer(),
                claimed.subject(),
                claimed.name(),
                claimed.email(),
                role,
                academy.id(),
                academy.slug(),
                academy.name(),
                academy.zone(),
                academy.sandboxId(),
                role == Role.PARTNER ? session.consumerId() : null,
                at);
    }

    private void identify(Person person, Sessions.Session session, String secret) {
        currentPerson.identify(person, session.startedAt());
        currentTenant.enter(new Tenant(person.tenantId(), person.zone()));
        origin.identify(new Actor(Actor.Kind.PERSON, person.subject(), null), null);
        csrf.set(Sessions.csrfToken(secret));
        switch (person.role()) {
            case OWNER, ADMIN -> granted.grant(EVERY_SCOPE);
            case OPERATOR -> granted.grant(Set.of());
            case PARTNER -> granted.grant(session.scopes());
        }
    }

    private static boolean isForUnboundPartners(String path) {
        return path.equals(PortalPath.INVITATION) || path.equals(PortalPath.SIGN_OUT);
    }

    /** Sends a browser to the provider; whatever else asks is told that nobody is signed in. */
    Response begin(RoutingContext context) {
        if (Htmx.is(context.request())) {
            return Htmx.reload(401);
        }
        if (!ReadOnly.is(context.request())) {
            return pages.sessionEnded(CameFrom.page(context.request()));
        }
        if (!guard.admits(addresses.of(context.request()))) {
            return pages.tooMany();
        }
        if (!provider.isThere()) {
            return down(context);
        }
        try {
            ChallengeData challenge = oidc.getChallenge(context).await().atMost(PATIENCE);
            return location(challenge)
                    .map(address -> redirect(302, address))
                    .orElseGet(() -> pages.signInFailed("the way back from the provider has lost its cookie"));
        } catch (OIDCException | TimeoutException e) {
            LOG.debugf("The OIDC provider does not answer: %s", e.getMessage());
            return down(context);
        }
    }

    private static Optional<String> location(ChallengeData challenge) {
        return challenge.getHeaders().entrySet().stream()
                .filter(header -> header.getKey().toString().equalsIgnoreCase("Location"))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private Response down(RoutingContext context) {
        return pages.providerDown(
                ReadOnly.is(context.request()) ? context.normalizedPath() : CameFrom.page(context.request()));
    }

    private static Response redirect(int status, String address) {
        return Response.status(status).location(URI.create(address)).build();
    }

    private static Set<Role> allowed(Method page) {
        Allowed declared = page.getAnnotation(Allowed.class);
        if (declared == null) {
            declared = Objects.requireNonNull(page.getDeclaringClass().getAnnotation(Allowed.class));
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        roles.addAll(Arrays.asList(declared.value()));
        return roles;
    }
}
