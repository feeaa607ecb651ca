package app.spine.consumers;

import java.time.Instant;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How much of this month's quota is used.
 *
 * @param month its first day; months are UTC's
 * @param warned80At when 80 % were reached; null before
 * @param warned100At when all of it was used; null before
 */
public record QuotaUse(
        LocalDate month,
        long used,
        @Schema(nullable = true) @Nullable Instant warned80At,
        @Schema(nullable = true) @Nullable Instant warned100At) {}
