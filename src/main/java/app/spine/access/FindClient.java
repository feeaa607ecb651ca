package app.spine.access;

import app.spine.consumers.ClientLookup;
import app.spine.consumers.OidcConfig;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the consumer of a token's client: among what the node remembers, or in the database once the token is proven. The
 * node remembers a client once, however many tokens it fetches, so each token's scopes are looked at in each call.
 */
@ApplicationScoped
class FindClient implements IdentityProvider<TokenRequest> {

    private final VerifyToken tokens;
    private final ClientLookup lookup;
    private final KeyCache cache;
    private final ContractFeed feed;
    private final OidcConfig config;

    FindClient(VerifyToken tokens, ClientLookup lookup, KeyCache cache, ContractFeed feed, OidcConfig config) {
        this.tokens = tokens;
        this.lookup = lookup;
        this.cache = cache;
        this.feed = feed;
        this.config = config;
    }

    /** What the node remembers of a proven token's consumer; nothing while changes are not heard. */
    @Nullable
    ConsumerIdentity remembered(ClientToken token) {
        ConsumerIdentity found = feed.believed(token.subject());
        return found == null ? null : found.narrowedTo(token.scopes());
    }

    @Override
    public Class<TokenRequest> getRequestType() {
        return TokenRequest.class;
    }

    /** The identity, or null for a client that is bound to no consumer; fails with a {@link Problem} for a token that does not count, and when the database is away. */
    @Override
    public Uni<SecurityIdentity> authenticate(TokenRequest request, AuthenticationRequestContext context) {
        return context.runBlocking(() -> find(request));
    }

    private @Nullable SecurityIdentity find(TokenRequest request) {
        ClientToken token = Objects.requireNonNullElseGet(request.proven, () -> tokens.verify(request));
        ConsumerIdentity remembered = remembered(token);
        if (remembered != null || cache.isUnknown(token.subject())) {
            return remembered;
        }
        long changesBefore = cache.changes();
        Optional<ConsumerIdentity> found = find(token);
        found.ifPresentOrElse(
                identity -> cache.remember(token.subject(), identity, changesBefore),
                () -> cache.rememberUnknown(token.subject()));
        return found.map(identity -> identity.narrowedTo(token.scopes())).orElse(null);
    }

    private Optional<ConsumerIdentity> find(ClientToken token) {
        try {
            return lookup.find(
                            config.issuer().orElseThrow(),
                            token.clientId(),
                            config.clientTenantClaim().isPresent() ? token.academy() : null)
                    .map(ConsumerIdentity::new);
        } catch (SQLException e) {
            throw new Problem(HttpProblem.DATABASE_UNAVAILABLE, "The token could not be checked. Try again shortly.")
                    .withHeader("Retry-After", "2");
        }
    }
}
