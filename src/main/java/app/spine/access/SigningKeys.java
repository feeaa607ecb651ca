package app.spine.access;

import app.spine.consumers.OidcConfig;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The OIDC provider's signing keys, fetched when a token first needs them: the program starts and keys work whether the
 * provider answers or not. Waiting takes no thread, one fetch serves all who wait, and while the provider is away what was
 * fetched last goes on.
 */
@ApplicationScoped
class SigningKeys {

    private static final Logger LOG = Logger.getLogger(SigningKeys.class);

    private static final String DISCOVERY = "/.well-known/openid-configuration";

    // A provider's keys take a few kB.
    private static final long MAX_BYTES = 1 << 20;

    private final OidcConfig config;
    private final VerifyToken tokens;
    private final ObjectMapper json;
    private volatile @Nullable Fetched fetched;
    private @Nullable CompletableFuture<List<JsonWebKey>> running;
    private @Nullable HttpClient client;
    private long failedNanos;
    private boolean failed;

    SigningKeys(OidcConfig config, VerifyToken tokens, ObjectMapper json) {
        this.config = config;
        this.tokens = tokens;
        this.json = json;
    }

    private record Fetched(List<JsonWebKey> keys, long atNanos) {

        boolean isWithin(Duration age) {
            return System.nanoTime() - atNanos < age.toNanos();
        }

        Set<String> texts() {
            return keys.stream()
                    .map(key -> key.toJson(OutputControlLevel.PUBLIC_ONLY))
                    .collect(Collectors.toSet());
        }
    }

    /**
     * The keys of which one may have signed the token. Fails when they are needed and cannot be fetched; a token of a key
     * that is not among those fetched lately gets those, which will refuse it.
     */
    CompletableFuture<List<JsonWebKey>> of(JsonWebSignature token) {
        Fetched found = fetched;
        if (found == null || !found.isWithin(config.keysTrusted())) {
            return fetch();
        }
        if (!found.isWithin(config.keysDistance()) && !mayBeOf(token, found.keys)) {
            return fetch();
        }
        if (!found.isWithin(config.keysRefreshed())) {
            // Nobody waits for it, and where it fails these go on.
            var _ = fetch();
        }
        return CompletableFuture.completedFuture(found.keys);
    }

    /** Whether a key of these is meant; true as well where the header's members are malformed, which no key mends. */
    private static boolean mayBeOf(JsonWebSignature token, List<JsonWebKey> keys) {
        try {
            return new VerificationJwkSelector().select(token, keys) != null;
        } catch (JoseException | ClassCastException | IllegalArgumentException e) {
            LOG.debugf("No key can be chosen for a token: %s", e.getMessage());
            return true;
        }
    }

    private synchronized CompletableFuture<List<JsonWebKey>> fetch() {
        if (running != null) {
            return running;
        }
        if (failed && System.nanoTime() - failedNanos < config.keysDistance().toNanos()) {
            return CompletableFuture.failedFuture(new IllegalStateException("the last fetch failed a moment ago"));
        }
        CompletableFuture<List<JsonWebKey>> fetch = address()
                .thenCompose(this::read)
                .thenApply(SigningKeys::parse)
                .orTimeout(config.patience().toMillis(), TimeUnit.MILLISECONDS);
        running = fetch;
        return fetch.whenComplete(this::end);
    }

    private synchronized void end(@Nullable List<JsonWebKey> keys, @Nullable Throwable failure) {
        running = null;
        if (keys == null) {
            if (!failed) {
                LOG.warnf("The OIDC provider's signing keys cannot be fetched: %s", message(failure));
            }
            failed = true;
            failedNanos = System.nanoTime();
            return;
        }
        if (failed) {
            LOG.info("The OIDC provider's signing keys are fetched again");
        }
        failed = false;
        Fetched before = fetched;
        Fetched now = new Fetched(keys, System.nanoTime());
        fetched = now;
        if (before != null && !now.texts().containsAll(before.texts())) {
            // Tokens of a key that was withdrawn are to be proven anew, which fails.
            tokens.forgetAll();
        }
    }

    private CompletableFuture<URI> address() {
        if (config.jwksUrl().isPresent()) {
            return CompletableFuture.completedFuture(URI.create(config.jwksUrl().get()));
        }
        String issuer = config.issuer().orElseThrow();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return read(URI.create(base + DISCOVERY)).thenApply(document -> {
            JsonNode found = tree(document);
            // OpenID Connect Discovery 1.0, section 4.3: another issuer's document is none.
            if (!issuer.equals(found.path("issuer").asText())) {
                throw new IllegalStateException("the discovery document is of the issuer "
                        + found.path("issuer").asText() + " and not of the configured " + issuer);
            }
            return URI.create(found.path("jwks_uri").asText());
        });
    }

    private CompletableFuture<String> read(URI address) {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(config.patience()).build();
        CompletableFuture<HttpResponse<String>> sent =
                client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_BYTES));
        // The request's own time-out ends with the headers; this one lets go of a body that does not end.
        CompletableFuture.delayedExecutor(config.patience().toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> sent.cancel(true));
        return sent.thenApply(answer -> body(address, answer));
    }

    private static String body(URI address, HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(address + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    private JsonNode tree(String document) {
        try {
            return json.readTree(document);
        } catch (JsonProcessingException e) {
            throw new CompletionException("the discovery document is no JSON", e);
        }
    }

    private static List<JsonWebKey> parse(String document) {
        try {
            return List.copyOf(new JsonWebKeySet(document).getJsonWebKeys());
        } catch (JoseException e) {
            throw new CompletionException("the key set cannot be read", e);
        }
    }

    /** Made when it is first needed, so that an installation without a provider has no threads for it. */
    private synchronized HttpClient client() {
        HttpClient found = client;
        if (found == null) {
            found = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(config.patience())
                    .build();
            client = found;
        }
        return found;
    }

    @PreDestroy
    synchronized void stop() {
        if (client != null) {
            client.shutdownNow();
        }
    }

    private static String message(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(cause);
    }
}
