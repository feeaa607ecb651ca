package app.spine.consumers;

import app.spine.events.DomainEvent;
import app.spine.events.Subject;
import org.jspecify.annotations.Nullable;

/** What happens to consumers and their keys. */
sealed interface ConsumerEvent extends DomainEvent {

    @Override
    default String sourceWorkflow() {
        return "consumers";
    }

    @Override
    default @Nullable Object before() {
        return null;
    }

    /** Scopes were taken away that the consumer did not use. */
    record ScopesDropped(ConsumerView before, ConsumerView after) implements ConsumerEvent {

        static final String NAME = "consumer.scopes_dropped";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", after.id());
        }
    }

    record Created(ConsumerView after) implements ConsumerEvent {

        static final String NAME = "consumer.created";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", after.id());
        }
    }

    /** Carries the key's view, which has no secret, and the consumer it belongs to. */
    record KeyIssued(String consumerId, KeyView after) implements ConsumerEvent {

        static final String NAME = "consumer.key_issued";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", consumerId);
        }
    }
}
