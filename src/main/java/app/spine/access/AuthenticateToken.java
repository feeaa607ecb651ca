package app.spine.access;

import app.spine.consumers.OidcConfig;
import app.spine.http.Problem;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;

/**
 * Proves a client-credentials token of the configured OIDC provider: signature and claims before any table is touched,
 * then the consumer that its client is bound to. What the node remembers of that consumer is in the cache of keys and
 * believed as they are.
 */
@ApplicationScoped
class AuthenticateToken {

    private static final String RETRY_SECONDS = "5";

    private final OidcConfig config;
    private final SigningKeys signingKeys;
    private final VerifyToken tokens;
    private final FindClient clients;

    AuthenticateToken(OidcConfig config, SigningKeys signingKeys, VerifyToken tokens, FindClient clients) {
        this.config = config;
        this.signingKeys = signingKeys;
        this.tokens = tokens;
        this.clients = clients;
    }

    /** Whether it has three parts between dots, as a signed JWT does and a key never. */
    static boolean isToken(String credential) {
        return credential.chars().filter(c -> c == '.').count() == 2;
    }

    /** The identity of the client's consumer, or nothing and the refusal in the exchange. */
    Uni<SecurityIdentity> authenticate(Exchange exchange, String token, IdentityProviderManager identities) {
        if (config.issuer().isEmpty()) {
            return refuse(
                    exchange,
                    VerifyToken.refusal(
                            "Sign-in by an OIDC provider is not configured here, so no token counts. Use an API key."));
        }
        KeyDigest digest = VerifyToken.digest(token);
        ClientToken proven = tokens.find(digest);
        if (proven == null) {
            return prove(exchange, token, digest, identities);
        }
        ConsumerIdentity remembered = clients.remembered(proven);
        return remembered != null
                ? admit(exchange, remembered)
                : find(exchange, TokenRequest.proven(token, digest, proven), identities);
    }

    private Uni<SecurityIdentity> prove(
            Exchange exchange, String token, KeyDigest digest, IdentityProviderManager identities) {
        JsonWebSignature signature;
        try {
            signature = VerifyToken.read(token);
        } catch (Problem e) {
            return refuse(exchange, e);
        }
        long withdrawalsBefore = tokens.withdrawals();
        return signingKeys(signature)
                .onItemOrFailure()
                .transformToUni((keys, failure) -> failure == null
                        ? find(exchange, TokenRequest.unproven(token, digest, keys, withdrawalsBefore), identities)
                        : refuse(exchange, unavailable()));
    }

    private Uni<List<JsonWebKey>> signingKeys(JsonWebSignature token) {
        // A copy, since a caller that hangs up ends what it waits for.
        CompletableFuture<List<JsonWebKey>> keys = signingKeys.of(token).copy();
        Uni<List<JsonWebKey>> found = Uni.createFrom().completionStage(keys);
        Context here = Vertx.currentContext();
        // An answer of the provider arrives on a thread of its own, where no request may go on.
        return keys.isDone() || here == null ? found : found.emitOn(task -> here.runOnContext(nothing -> task.run()));
    }

    private static Uni<SecurityIdentity> find(
            Exchange exchange, TokenRequest request, IdentityProviderManager identities) {
        return identities.authenticate(request).onItemOrFailure().transformToUni((found, failure) -> {
            // Quarkus makes this of a provider that knows nobody.
            boolean nobodys = failure instanceof AuthenticationFailedException;
            if (failure != null && !nobodys) {
                return refuse(exchange, ProblemAnswers.unwrap(failure));
            }
            return found instanceof ConsumerIdentity identity ? admit(exchange, identity) : unbound(exchange);
        });
    }

    private static Uni<SecurityIdentity> admit(Exchange exchange, ConsumerIdentity identity) {
        exchange.identify(identity);
        return Uni.createFrom().item(identity);
    }

    private static Uni<SecurityIdentity> unbound(Exchange exchange) {
        return refuse(
                exchange,
                VerifyToken.refusal("The token's client is bound to no consumer. An admin of the academy binds it at"
                        + " /v1/consumers/{id}/oauth-client."));
    }

    private static Uni<SecurityIdentity> refuse(Exchange exchange, Problem refusal) {
        exchange.refusal = refusal;
        return Uni.createFrom().nullItem();
    }

    private static Problem unavailable() {
        return new Problem(
                        AccessProblem.TEMPORARILY_REDUCED,
                        "The OIDC provider's signing keys cannot be fetched, so the token cannot be checked. API keys"
                                + " go on working.")
                .withHeader("Retry-After", RETRY_SECONDS);
    }
}
