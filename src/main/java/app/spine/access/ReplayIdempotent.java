package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.RecordedJson;
import app.spine.http.Redaction;
import app.spine.http.StructuredString;
import app.spine.tenancy.CurrentTenant;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Gives a POST that is sent again its first answer (draft-ietf-httpapi-idempotency-key-header). The answer is stored in
 * the transaction of its effect. Only successes are stored: a refusal is evaluated again, a failure of ours never
 * replayed.
 */
@ApplicationScoped
class ReplayIdempotent {

    private final DataSource dataSource;
    private final CurrentTenant tenant;
    private final ObjectMapper json;
    private final RecordedJson recorded;
    private final Clock clock;
    private final AccessConfig config;

    ReplayIdempotent(
            DataSource dataSource,
            CurrentTenant tenant,
            ObjectMapper json,
            RecordedJson recorded,
            Clock clock,
            AccessConfig config) {
        this.dataSource = dataSource;
        this.tenant = tenant;
        this.json = json;
        this.recorded = recorded;
        this.clock = clock;
        this.config = config;
    }

    /** One request with an idempotency key. */
    static final class Attempt {

        private final IdempotencyStore.Owner owner;
        private final byte[] fingerprint;

        Attempt(IdempotencyStore.Owner owner, byte[] fingerprint) {
            this.owner = owner;
            this.fingerprint = fingerprint;
        }
    }

    /**
     * Reads the header of a POST; null for a request without one.
     *
     * @throws Problem 400 when the header is no key, or an API key
     */
    @Nullable
    Attempt attempt(Exchange exchange, @Nullable Object[] arguments) throws JsonProcessingException {
        String header = exchange.request.getHeader("Idempotency-Key");
        if (header == null || !exchange.request.method().name().equals("POST")) {
            return null;
        }
        String key = StructuredString.parse(header)
                .orElseThrow(() ->
                        refusal("Idempotency-Key takes 1 to 255 visible ASCII characters, with or without quotes."));
        if (!Redaction.isClean(key)) {
            // It is stored as it is, to be found again, and an API key is stored nowhere.
            throw refusal(
                    "Idempotency-Key holds an API key or a piece of one. Send a text that opens nothing, such as a UUID.");
        }
        return new Attempt(
                new IdempotencyStore.Owner(
                        tenant.require().id(),
                        Objects.requireNonNull(exchange.key).consumerId(),
                        key),
                fingerprint(exchange, arguments));
    }

    private static Problem refusal(String detail) {
        return new Problem(HttpProblem.BAD_VALUE, Reason.inHeader(HttpProblem.BAD_VALUE, "Idempotency-Key", detail));
    }

    /** The stored answer, inside the running transaction; empty when the work is to be done. */
    Optional<RestResponse<Rendered>> replay(Attempt attempt, Exchange exchange) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return IdempotencyStore.claim(connection, attempt.owner, attempt.fingerprint, clock.instant())
                    .map(stored -> {
                        Rendered body = new Rendered(stored.body().getBytes(StandardCharsets.UTF_8));
                        exchange.body = body.body();
                        RestResponse.ResponseBuilder<Rendered> answer = RestResponse.ResponseBuilder.<Rendered>create(
                                        stored.status())
                                .entity(body)
                                .header("Idempotency-Replayed", "true");
                        if (stored.location() != null) {
                            answer.header("Location", stored.location());
                        }
                        if (stored.etag() != null) {
                            answer.header("ETag", stored.etag());
                        }
                        return answer.build();
                    });
        }
    }

    /** Keeps an answer for whoever sends the request again; what is shown only once is left out. */
    void store(Attempt attempt, RestResponse<?> answer) throws SQLException, JsonProcessingException {
        if (answer.getStatus() < 200 || answer.getStatus() > 299) {
            return;
        }
        try (Connection connection = dataSource.getConnection()) {
            IdempotencyStore.store(
                    connection,
                    attempt.owner,
                    attempt.fingerprint,
                    new IdempotencyStore.Stored(
                            answer.getStatus(),
                            answer.getHeaderString("Location"),
                            answer.getHeaderString("ETag"),
                            answer.getEntity() == null ? "" : recorded.forRepeat(answer.getEntity())),
                    clock.instant(),
                    config.idempotencyKept());
        }
    }

    /** Method, path and body. The body as it was understood, so that white space and order of members do not matter. */
    private byte[] fingerprint(Exchange exchange, @Nullable Object[] arguments) throws JsonProcessingException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((exchange.request.method().name() + "\n" + exchange.request.path() + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            for (Object argument : arguments) {
                // Parameters of path, query and header are texts; what is none is the body.
                if (argument != null && !(argument instanceof String)) {
                    digest.update(json.writeValueAsBytes(argument));
                }
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
