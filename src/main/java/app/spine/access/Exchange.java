package app.spine.access;

import app.spine.consumers.LiveKey;
import app.spine.http.Problem;
import app.spine.http.TypeId;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request and its answer, as the log will know them. It is born before anything can refuse the request. */
final class Exchange {

    private static final String KEY = "spine.exchange";

    final Instant occurredAt;
    final HttpServerRequest request;

    /** With every character decoded that a key may consist of, so that no encoding hides one from the log's redaction. */
    final String path;

    final String address;
    private final long startedNanos = System.nanoTime();
    private UUID id;

    private @Nullable String publicId;

    /** Who calls; null until the key was looked up, and for a key that is not known. */
    @Nullable
    ConsumerIdentity caller;

    /** The caller's key. */
    @Nullable
    LiveKey key;

    /** Why authentication refused the call; null when it did not. */
    @Nullable
    Problem refusal;

    /** The operation's id in the OpenAPI document; null when none was reached. */
    @Nullable
    String operation;

    /** What it takes to call the operation; empty until one was reached. */
    List<String> scopesNeeded = List.of();

    /** What is left of the consumer's limits; null until the operation's cost was spent. */
    @Nullable
    LimitState limit;

    /** What the operation costs; 1 until one was reached. */
    int cost = 1;

    /** The answer's body, rendered before it was logged; null until then. */
    byte @Nullable [] body;

    /** Whether the answer is a refusal, which was rendered and logged where it arose. */
    boolean refused;

    /** Whether the answer that is leaving is durable in the log. */
    boolean recorded;

    Exchange(UUID id, Instant occurredAt, HttpServerRequest request, String path, String address) {
        this.id = id;
        this.occurredAt = occurredAt;
        this.request = request;
        this.path = path;
        this.address = address;
    }

    static Optional<Exchange> find(RoutingContext context) {
        return Optional.ofNullable(context.get(KEY));
    }

    void attachTo(RoutingContext context) {
        context.put(KEY, this);
    }

    void identify(ConsumerIdentity identity) {
        caller = identity;
        key = identity.key();
    }

    /** What the caller may do, as the log says it; null for nobody. */
    @Nullable
    String scopes() {
        return caller == null ? null : caller.scopes();
    }

    UUID id() {
        return id;
    }

    /** Takes the id of a row that counts several refusals, so that this answer names the row it is in. */
    void join(UUID countedRow) {
        id = countedRow;
        publicId = null;
    }

    /** The id of the request's log row as the caller sees it. */
    String publicId() {
        String known = publicId;
        if (known == null) {
            known = TypeId.format("req", id);
            publicId = known;
        }
        return known;
    }

    /** The headers that every answer under {@code /v1} carries. */
    Map<String, String> headers() {
        LimitState left = limit;
        Map<String, String> headers = left == null
                ? Map.of("Request-Id", publicId(), "Cache-Control", "no-store")
                : Map.of(
                        "Request-Id",
                        publicId(),
                        "Cache-Control",
                        "no-store",
                        "RateLimit-Policy",
                        left.policyHeader(),
                        "RateLimit",
                        left.stateHeader());
        String keyEnds = key == null ? null : key.endingSoon(occurredAt);
        if (keyEnds == null) {
            return headers;
        }
        Map<String, String> more = new HashMap<>(headers);
        more.put("API-Key-Expires", keyEnds);
        return more;
    }

    long latencyMicros() {
        return (System.nanoTime() - startedNanos) / 1_000;
    }
}
