package app.spine.consumers;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The last call that was let in with a key, known within a minute.
 *
 * @param address where it came from
 * @param operation its id in the OpenAPI document
 * @param agent its User-Agent
 */
public record LastUse(
        Instant at,
        String address,
        String operation,
        @Schema(nullable = true) @Nullable String agent) {}
