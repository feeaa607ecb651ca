package app.spine.portal;

import app.spine.events.DomainEvent;
import app.spine.events.Subject;
import org.jspecify.annotations.Nullable;

/** What people do at the portal's door. */
sealed interface PersonEvent extends DomainEvent {

    /** The person's subject. */
    String person();

    @Override
    default Subject subject() {
        return new Subject("person", person());
    }

    @Override
    default @Nullable Object before() {
        return null;
    }

    @Override
    default String sourceWorkflow() {
        return "portal";
    }

    /** Once a session. */
    record SignedIn(String person, Entry after) implements PersonEvent {

        static final String NAME = "person.signed_in";

        @Override
        public String auditEvent() {
            return NAME;
        }
    }

    /** The session ended by the person's own doing. */
    record SignedOut(String person) implements PersonEvent {

        static final String NAME = "person.signed_out";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public @Nullable Object after() {
            return null;
        }
    }

    /** How somebody came in. */
    record Entry(String issuer, String subject, String name, String role) {}
}
