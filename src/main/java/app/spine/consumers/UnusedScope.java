package app.spine.consumers;

import java.time.Instant;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A scope that a consumer holds and does not use.
 *
 * @param lastUsedOn the last day (UTC) of the past year on which an operation that takes it was called; null for none
 */
public record UnusedScope(
        Scope scope,
        Instant grantedAt,
        @Schema(nullable = true) @Nullable LocalDate lastUsedOn) {}
