package app.spine.access;

import app.spine.consumers.KeyLookup;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Asks the database whose a key is, when the node does not know or no longer trusts what it knows. */
@ApplicationScoped
class FindConsumer implements IdentityProvider<KeyRequest> {

    private final KeyLookup lookup;

    FindConsumer(KeyLookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public Class<KeyRequest> getRequestType() {
        return KeyRequest.class;
    }

    /** The identity, or null for a key that is not known; fails with a {@link Problem} when the database is away. */
    @Override
    public Uni<SecurityIdentity> authenticate(KeyRequest request, AuthenticationRequestContext context) {
        return context.runBlocking(() -> find(request));
    }

    private @Nullable SecurityIdentity find(KeyRequest request) {
        try {
            return lookup.find(request.key, request.hash)
                    .map(ConsumerIdentity::new)
                    .orElse(null);
        } catch (SQLException e) {
            throw new Problem(HttpProblem.DATABASE_UNAVAILABLE, "The key could not be checked. Try again shortly.")
                    .withHeader("Retry-After", "2");
        }
    }
}
