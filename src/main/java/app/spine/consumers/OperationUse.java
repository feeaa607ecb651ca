package app.spine.consumers;

import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How an operation was used on a day, by the class of its answers.
 *
 * @param operation its id in this document; null for calls that reached none
 * @param statusClass 2xx, 3xx, 4xx or 5xx
 * @param latencyMsMean in milliseconds
 * @param latencyMsMax in milliseconds
 * @param bytesIn of all bodies
 * @param bytesOut of all bodies
 */
public record OperationUse(
        @Schema(nullable = true) @Nullable String operation,
        String statusClass,
        long requests,
        BigDecimal latencyMsMean,
        BigDecimal latencyMsMax,
        long bytesIn,
        long bytesOut) {}
