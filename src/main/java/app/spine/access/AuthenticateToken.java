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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;

/**
 * Proves a client-credentials token of the configured OIDC provider: signature and claims before any table is touched,
 * then the consumer that its client is bound to. What the node remembers of both is believed as it is of keys, under the
 * token's digest in the same cache.
 */
@ApplicationScoped
class AuthenticateToken {

    private static final String RETRY_SECONDS = "5";

    private final OidcConfig config;
    private final SigningKeys signingKeys;
    private final VerifyToken tokens;
    private final KeyCache cache;
    private final ContractFeed feed;

    AuthenticateToken(
            OidcConfig config, SigningKeys signingKeys, VerifyToken tokens, KeyCache cache, ContractFeed feed) {
        this.config = config;
        this.signingKeys = signingKeys;
        this.tokens = tokens;
        this.cache = cache;
        this.feed = feed;
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
        KeyDigest digest = digest(token);
        if (cache.isUnknown(digest)) {
            return unbound(exchange);
        }
        if (tokens.find(digest) == null) {
            JsonWebSignature signature;
            try {
                signature = VerifyToken.read(token);
            } catch (Problem e) {
                return refuse(exchange, e);
            }
            return signingKeys(signature)
                    .onItemOrFailure()
                    .transformToUni((keys, failure) -> failure == null
                            ? find(exchange, new TokenRequest(token, digest, keys), identities)
                            : refuse(exchange, unavailable()));
        }
        ConsumerIdentity remembered = cache.find(digest);
        return remembered != null && feed.isHeard()
                ? admit(exchange, remembered)
                : find(exchange, new TokenRequest(token, digest, List.of()), identities);
    }

    private Uni<List<JsonWebKey>> signingKeys(JsonWebSignature token) {
        CompletableFuture<List<JsonWebKey>> keys = signingKeys.of(token);
        Uni<List<JsonWebKey>> found = Uni.createFrom().completionStage(keys);
        Context here = Vertx.currentContext();
        // An answer of the provider arrives on a thread of its own, where no request may go on.
        return keys.isDone() || here == null ? found : found.emitOn(task -> here.runOnContext(nothing -> task.run()));
    }

    private Uni<SecurityIdentity> find(Exchange exchange, TokenRequest request, IdentityProviderManager identities) {
        long changesBefore = cache.changes();
        return identities.authenticate(request).onItemOrFailure().transformToUni((found, failure) -> {
            // Quarkus makes this of a provider that knows nobody.
            boolean nobodys = failure instanceof AuthenticationFailedException;
            if (failure != null && !nobodys) {
                return refuse(exchange, ProblemAnswers.unwrap(failure));
            }
            if (!(found instanceof ConsumerIdentity identity)) {
                cache.rememberUnknown(request.digest);
                return unbound(exchange);
            }
            cache.remember(request.digest, identity, changesBefore);
            return admit(exchange, identity);
        });
    }

    private static Uni<SecurityIdentity> admit(Exchange exchange, ConsumerIdentity identity) {
        exchange.key = identity.key();
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

    private static KeyDigest digest(String token) {
        try {
            return KeyDigest.of(
                    MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
