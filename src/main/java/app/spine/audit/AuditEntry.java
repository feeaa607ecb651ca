package app.spine.audit;

import app.spine.events.Actor;
import app.spine.events.Subject;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One record of the trail.
 *
 * @param requestId the request that made the change; null for jobs and commands
 * @param before the values before, as {@code RecordedJson} renders them; null when there was nothing
 * @param after the values after; null when nothing remains
 */
public record AuditEntry(
        UUID tenantId,
        UUID id,
        Instant occurredAt,
        String event,
        Actor actor,
        Subject subject,
        String sourceWorkflow,
        @Nullable String requestId,
        @Nullable String before,
        @Nullable String after) {}
