package app.spine.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which records a list asks for; null means any.
 *
 * @param event an audit event's name
 * @param actor public id of a consumer, subject of a person, name of a job
 * @param entity public id of a record
 * @param from the first instant
 * @param to the first instant that is too late
 */
public record AuditFilter(
        @Nullable String event,
        @Nullable String actor,
        @Nullable String entity,
        @Nullable Instant from,
        @Nullable Instant to) {

    /** Every record. */
    public static final AuditFilter ALL = new AuditFilter(null, null, null, null, null);

    /** The records of one record's changes. */
    public static AuditFilter ofEntity(String id) {
        return new AuditFilter(null, null, id, null, null);
    }

    /** The filters in one form, so that a cursor of other filters is recognised. */
    String fingerprint() {
        return event + "|" + actor + "|" + entity + "|" + from + "|" + to;
    }
}
