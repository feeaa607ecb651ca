package app.spine.access;

import app.spine.consumers.LiveKey;
import app.spine.http.Redaction;
import app.spine.tenancy.Tenant;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One row of the request log. Every text from outside is cut to length, free of control characters and of anything that
 * looks like a key, so that no caller can make a row that the database refuses or that leaks a secret.
 */
record RequestEntry(
        UUID tenantId,
        UUID id,
        Instant occurredAt,
        @Nullable UUID consumerId,
        @Nullable UUID keyId,
        @Nullable String operation,
        String method,
        String path,
        @Nullable String queryNames,
        @Nullable String scopes,
        short status,
        @Nullable String code,
        long latencyMicros,
        long bytesIn,
        long bytesOut,
        @Nullable Long limitLeft,
        String address,
        @Nullable String agent,
        @Nullable String traceId,
        @Nullable String idempotencyKey,
        int count) {

    private static final int PATH_LENGTH = 300;
    private static final int TEXT_LENGTH = 200;

    static RequestEntry of(Exchange exchange, int status, @Nullable String code, long bytesOut) {
        HttpServerRequest request = exchange.request;
        LiveKey key = exchange.key;
        return new RequestEntry(
                (key == null ? Tenant.NOBODY : key.tenant()).id(),
                exchange.id(),
                exchange.occurredAt,
                key == null ? null : key.consumerId(),
                key == null ? null : key.keyId(),
                exchange.operation,
                Redaction.clean(request.method().name(), 20),
                Redaction.clean(exchange.path, PATH_LENGTH),
                queryNames(request),
                exchange.scopes(),
                (short) status,
                code,
                exchange.latencyMicros(),
                Math.max(0, request.bytesRead()),
                bytesOut,
                exchange.limit == null ? null : exchange.limit.left(),
                exchange.address,
                clean(request.getHeader("User-Agent")),
                traceId(request.getHeader("traceparent")),
                clean(request.getHeader("Idempotency-Key")),
                1);
    }

    /** The same row standing for several refusals. */
    RequestEntry counting(int refusals) {
        return new RequestEntry(
                tenantId,
                id,
                occurredAt,
                consumerId,
                keyId,
                operation,
                method,
                path,
                queryNames,
                scopes,
                status,
                code,
                latencyMicros,
                bytesIn,
                bytesOut,
                limitLeft,
                address,
                agent,
                traceId,
                idempotencyKey,
                refusals);
    }

    private static @Nullable String clean(@Nullable String text) {
        return text == null ? null : Redaction.clean(text, TEXT_LENGTH);
    }

    /** Names only: a value may hold what no log should. */
    private static @Nullable String queryNames(HttpServerRequest request) {
        if (request.query() == null || request.query().isEmpty() || !isDecodable(request.query())) {
            return null;
        }
        Set<String> names = request.params().names();
        return Redaction.clean(names.stream().sorted().limit(20).collect(Collectors.joining(" ")), TEXT_LENGTH);
    }

    /** Whether each percent sign begins an escape; a request refused because one does not is logged as well. */
    private static boolean isDecodable(String query) {
        for (int i = query.indexOf('%'); i >= 0; i = query.indexOf('%', i + 1)) {
            if (i + 2 >= query.length()
                    || Character.digit(query.charAt(i + 1), 16) < 0
                    || Character.digit(query.charAt(i + 2), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The trace id of a W3C traceparent: {@code 00-<32 hex>-<16 hex>-<2 hex>}; null for anything else. */
    static @Nullable String traceId(@Nullable String traceparent) {
        if (traceparent == null
                || traceparent.length() < 55
                || traceparent.charAt(2) != '-'
                || traceparent.charAt(35) != '-') {
            return null;
        }
        String trace = traceparent.substring(3, 35);
        boolean hex = trace.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        return hex && !trace.equals("0".repeat(32)) ? trace : null;
    }
}
