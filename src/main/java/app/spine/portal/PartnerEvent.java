package app.spine.portal;

import app.spine.events.DomainEvent;
import app.spine.events.Subject;
import org.jspecify.annotations.Nullable;

/** What happens between a consumer and the developers of its partner. */
sealed interface PartnerEvent extends DomainEvent {

    /** The consumer's public id. */
    String consumer();

    @Override
    default Subject subject() {
        return new Subject("consumer", consumer());
    }

    @Override
    default String sourceWorkflow() {
        return "portal";
    }

    @Override
    default @Nullable Object before() {
        return null;
    }

    @Override
    default @Nullable Object after() {
        return null;
    }

    /** Carries the invitation without its code. */
    record Invited(String consumer, Invitation after) implements PartnerEvent {

        static final String NAME = "partner.invited";

        @Override
        public String auditEvent() {
            return NAME;
        }
    }

    record Bound(String consumer, Partner after) implements PartnerEvent {

        static final String NAME = "partner.bound";

        @Override
        public String auditEvent() {
            return NAME;
        }
    }

    record Unbound(String consumer, Partner before) implements PartnerEvent {

        static final String NAME = "partner.unbound";

        @Override
        public String auditEvent() {
            return NAME;
        }
    }
}
