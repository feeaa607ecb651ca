package app.spine.access;

import app.spine.consumers.KeyLookup;
import app.spine.consumers.KeyText;
import app.spine.consumers.LiveKey;
import app.spine.http.Problem;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proves an API key: format and checksum before any table or counter is touched, then the keyed hash against what the
 * node remembers, then against the database. What has the form of a token goes to {@link AuthenticateToken}.
 *
 * <p>A refusal is noted in the exchange and the request goes on as nobody's; the policy that nobody may enter
 * {@code /v1} then has it answered by {@link #sendChallenge}, which logs it first.
 */
@ApplicationScoped
class AuthenticateKey implements HttpAuthenticationMechanism {

    static final String CHALLENGE = "Bearer realm=\"operating-spine\"";
    private static final String SCHEME = "Bearer ";

    private final KeyLookup lookup;
    private final KeyCache cache;
    private final ContractFeed feed;
    private final FirstLookups lookups;
    private final AuthenticateToken tokens;
    private final NoteOrigin origins;
    private final ProblemAnswers answers;
    private final Clock clock;

    AuthenticateKey(
            KeyLookup lookup,
            KeyCache cache,
            ContractFeed feed,
            FirstLookups lookups,
            AuthenticateToken tokens,
            NoteOrigin origins,
            ProblemAnswers answers,
            Clock clock) {
        this.lookup = lookup;
        this.cache = cache;
        this.feed = feed;
        this.lookups = lookups;
        this.tokens = tokens;
        this.origins = origins;
        this.answers = answers;
        this.clock = clock;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        Exchange exchange = Exchange.find(context).orElse(null);
        if (exchange == null) {
            return Uni.createFrom().nullItem();
        }
        List<String> headers = exchange.request.headers().getAll("Authorization");
        if (headers.isEmpty()) {
            return refuse(exchange, AccessProblem.KEY_MISSING, "Send Authorization: Bearer <API key>.");
        }
        String key = bearer(headers);
        if (key == null || !KeyText.isWellFormed(key)) {
            if (key != null && AuthenticateToken.isToken(key)) {
                return tokens.authenticate(exchange, key, identities);
            }
            return refuse(
                    exchange,
                    AccessProblem.KEY_MALFORMED,
                    "The Authorization header must be 'Bearer ' and one API key or token, complete and unchanged.");
        }
        byte[] hash = lookup.hash(key);
        KeyDigest digest = KeyDigest.of(hash);
        ConsumerIdentity remembered = feed.believed(digest);
        return remembered != null ? admit(exchange, remembered) : find(exchange, key, hash, digest, identities);
    }

    private Uni<SecurityIdentity> find(
            Exchange exchange, String key, byte[] hash, KeyDigest digest, IdentityProviderManager identities) {
        if (cache.isUnknown(digest)) {
            return unknown(exchange);
        }
        Uni<Optional<ConsumerIdentity>> lookup = cache.isProven(digest)
                ? look(key, hash, digest, identities)
                : lookups.join(digest, exchange.address, () -> look(key, hash, digest, identities));
        return lookup.onItemOrFailure().transformToUni((found, failure) -> {
            if (failure != null) {
                exchange.refusal = ProblemAnswers.unwrap(failure);
                return Uni.createFrom().nullItem();
            }
            return found.map(identity -> admit(exchange, identity)).orElseGet(() -> unknown(exchange));
        });
    }

    /** What the database says of a key, remembered. */
    private Uni<Optional<ConsumerIdentity>> look(
            String key, byte[] hash, KeyDigest digest, IdentityProviderManager identities) {
        long changesBefore = cache.changes();
        return identities
                .authenticate(new KeyRequest(key, hash))
                // Quarkus makes this of a provider that knows nobody.
                .onFailure(AuthenticationFailedException.class)
                .recoverWithNull()
                .map(found -> {
                    if (found instanceof ConsumerIdentity identity) {
                        cache.remember(digest, identity, changesBefore);
                        return Optional.of(identity);
                    }
                    cache.rememberUnknown(digest);
                    return Optional.empty();
                });
    }

    private Uni<SecurityIdentity> admit(Exchange exchange, ConsumerIdentity identity) {
        LiveKey key = identity.key();
        // Also a key that no longer works names its academy, whose log the refusal belongs to.
        exchange.identify(identity);
        Instant now = clock.instant();
        if (key.revokedAt() != null) {
            return refuse(exchange, AccessProblem.KEY_REVOKED, "Use another key of the consumer, or ask for one.");
        }
        if (key.expiresAt() != null && !now.isBefore(key.expiresAt())) {
            return refuse(exchange, AccessProblem.KEY_EXPIRED, "Use the key that replaced it, or ask for one.");
        }
        // Also where the call is refused below: whoever can read the key waits, or calls from elsewhere.
        origins.note(exchange, key);
        if (key.notBefore() != null && now.isBefore(key.notBefore())) {
            return refuse(
                    exchange, AccessProblem.KEY_NOT_YET_VALID, "The key begins to work at " + key.notBefore() + ".");
        }
        if (!key.admits(exchange.address)) {
            exchange.refusal = new Problem(
                    AccessProblem.NETWORK_NOT_ALLOWED, "The key is limited to networks that this address is not in.");
            return Uni.createFrom().nullItem();
        }
        return Uni.createFrom().item(identity);
    }

    private static Uni<SecurityIdentity> unknown(Exchange exchange) {
        return refuse(exchange, AccessProblem.KEY_UNKNOWN, "No consumer has this key. Check that it is complete.");
    }

    private static Uni<SecurityIdentity> refuse(Exchange exchange, AccessProblem kind, String detail) {
        exchange.refusal = new Problem(kind, detail).withHeader("WWW-Authenticate", challenge(kind));
        return Uni.createFrom().nullItem();
    }

    /** RFC 6750: a call without credentials learns the scheme alone, any other that its token is invalid. */
    private static String challenge(AccessProblem kind) {
        return kind == AccessProblem.KEY_MISSING ? CHALLENGE : CHALLENGE + ", error=\"invalid_token\"";
    }

    private static @Nullable String bearer(List<String> headers) {
        String header = headers.getFirst();
        boolean one = headers.size() == 1 && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return one ? header.substring(SCHEME.length()) : null;
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        Exchange exchange = Exchange.find(context).orElse(null);
        if (exchange == null) {
            return Uni.createFrom().item(false);
        }
        Problem refusal = exchange.refusal;
        return answers.send(
                        context,
                        exchange,
                        refusal != null ? refusal : new Problem(AccessProblem.KEY_MISSING, "The call needs a key."))
                .replaceWith(true);
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", CHALLENGE));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(KeyRequest.class, TokenRequest.class);
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
        return Uni.createFrom().item(new HttpCredentialTransport(HttpCredentialTransport.Type.AUTHORIZATION, "bearer"));
    }
}
