package app.spine.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of the trail, without the values.
 *
 * @param id {@code audit_…}
 * @param actorKind {@code consumer}, {@code person}, {@code provider} or {@code system}
 * @param actorId public id of a consumer, subject of a person, name of a job
 * @param actorKeyId public id of the key that a consumer used; null for everyone else
 * @param entityId public id of the record that changed
 * @param requestId the request it was changed in; null for what no request of the API changed
 */
public record AuditRecord(
        String id,
        Instant occurredAt,
        String event,
        String actorKind,
        String actorId,
        @Nullable String actorKeyId,
        String entityKind,
        String entityId,
        String sourceWorkflow,
        @Nullable String requestId) {}
