package app.spine.events;

import org.jspecify.annotations.Nullable;

/** One change to one entity, fired inside the transaction that makes it. Each feature seals its own kinds. */
public interface DomainEvent {

    /** The audit event's name as published in the contract, for example {@code member.updated}. */
    String auditEvent();

    /** What changed. */
    Subject subject();

    /** The values before the change; null when there was nothing. Serialised as JSON, kept apart from the trail. */
    @Nullable
    Object before();

    /** The values after the change; null when nothing remains. */
    @Nullable
    Object after();

    /** Which part of the product caused it, for example {@code members}. */
    String sourceWorkflow();
}
