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
import org.jspecify.annotations.Nullable;

/** Proves a token, if that was not done before, and then asks the database whose its client is. */
@ApplicationScoped
class FindClient implements IdentityProvider<TokenRequest> {

    private final VerifyToken tokens;
    private final ClientLookup lookup;
    private final OidcConfig config;

    FindClient(VerifyToken tokens, ClientLookup lookup, OidcConfig config) {
        this.tokens = tokens;
        this.lookup = lookup;
        this.config = config;
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
        ClientToken token = Objects.requireNonNullElseGet(
                tokens.find(request.digest), () -> tokens.verify(request.token, request.digest, request.keys));
        try {
            return lookup.find(
                            config.issuer().orElseThrow(),
                            token.clientId(),
                            token.scopes(),
                            config.clientTenantClaim().isPresent() ? token.academy() : null)
                    .map(ConsumerIdentity::new)
                    .orElse(null);
        } catch (SQLException e) {
            throw new Problem(HttpProblem.DATABASE_UNAVAILABLE, "The token could not be checked. Try again shortly.")
                    .withHeader("Retry-After", "2");
        }
    }
}
