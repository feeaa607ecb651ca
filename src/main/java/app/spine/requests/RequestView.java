package app.spine.requests;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One row of the request log.
 *
 * @param id the Request-Id that the answer carried
 * @param operation the operation's id in this document; null when none was reached
 * @param queryNames the names of the query's parameters; their values are never logged
 * @param scopes what the key held
 * @param code the problem's code; null for a success
 * @param latencyMs from the request's arrival until its row was written, in milliseconds
 * @param bytesIn of the body
 * @param bytesOut of the body
 * @param limitLeft what was left of the tightest limit; null when none was spent
 * @param address where the call came from
 * @param traceId of the W3C traceparent that the call carried
 * @param count how many calls the row stands for: refusals in a flood share rows
 */
public record RequestView(
        String id,
        Instant occurredAt,
        @Schema(nullable = true) @Nullable String consumerId,
        @Schema(nullable = true) @Nullable String keyId,
        @Schema(nullable = true) @Nullable String operation,
        String method,
        String path,
        List<String> queryNames,
        List<String> scopes,
        int status,
        @Schema(nullable = true) @Nullable String code,
        BigDecimal latencyMs,
        long bytesIn,
        long bytesOut,
        @Schema(nullable = true) @Nullable Long limitLeft,
        String address,
        @Schema(nullable = true) @Nullable String userAgent,
        @Schema(nullable = true) @Nullable String traceId,
        @Schema(nullable = true) @Nullable String idempotencyKey,
        int count) {}
