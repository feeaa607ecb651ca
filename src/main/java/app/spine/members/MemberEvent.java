package app.spine.members;

import app.spine.events.DomainEvent;
import app.spine.events.Subject;
import org.jspecify.annotations.Nullable;

/** What happens to members. Views go along whole; the trail keeps them apart from its records. */
sealed interface MemberEvent extends DomainEvent {

    @Override
    MemberView after();

    @Override
    default Subject subject() {
        return new Subject("member", after().id());
    }

    @Override
    default String sourceWorkflow() {
        return "members";
    }

    record Created(MemberView after) implements MemberEvent {

        static final String NAME = "member.created";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public @Nullable Object before() {
            return null;
        }
    }

    record Updated(MemberView before, MemberView after) implements MemberEvent {

        static final String NAME = "member.updated";

        @Override
        public String auditEvent() {
            return NAME;
        }
    }
}
