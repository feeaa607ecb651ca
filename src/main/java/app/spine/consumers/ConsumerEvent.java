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

    /** Somebody said which version of the contract the consumer was built against. */
    record ContractAgreed(ConsumerContract before, ConsumerContract after) implements ConsumerEvent {

        static final String NAME = "consumer.contract_agreed";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", after.consumerId());
        }
    }

    /** A second person granted scopes that waited. */
    record ScopesApproved(ConsumerView before, ConsumerView after) implements ConsumerEvent {

        static final String NAME = "consumer.scopes_approved";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", after.id());
        }
    }

    /** A second person refused scopes that waited. */
    record ScopesRefused(ConsumerView before, ConsumerView after) implements ConsumerEvent {

        static final String NAME = "consumer.scopes_refused";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", after.id());
        }
    }

    /** The academy's rules for consumers and keys. */
    record RulesChanged(String academyId, AcademyRules before, AcademyRules after) implements ConsumerEvent {

        static final String NAME = "academy.rules_changed";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("academy", academyId);
        }
    }

    /** Tokens of a client count for the consumer; another one's may have counted before. */
    record ClientBound(ConsumerView before, ConsumerView after) implements ConsumerEvent {

        static final String NAME = "consumer.client_bound";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", after.id());
        }
    }

    record ClientUnbound(ConsumerView before, ConsumerView after) implements ConsumerEvent {

        static final String NAME = "consumer.client_unbound";

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

    /** Any change but those of its status. */
    record Updated(ConsumerView before, ConsumerView after) implements ConsumerEvent {

        static final String NAME = "consumer.updated";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", after.id());
        }
    }

    /** Its calls are refused from now on; other members may have changed with its status. */
    record Suspended(ConsumerView before, ConsumerView after) implements ConsumerEvent {

        static final String NAME = "consumer.suspended";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", after.id());
        }
    }

    /** Its calls are let in again; other members may have changed with its status. */
    record Restored(ConsumerView before, ConsumerView after) implements ConsumerEvent {

        static final String NAME = "consumer.restored";

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

    /** Carries both keys' views. */
    record KeyRotated(String consumerId, KeyView before, KeyRotation after) implements ConsumerEvent {

        static final String NAME = "consumer.key_rotated";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", consumerId);
        }
    }

    /** A key that replaces another was used, which may have moved the other one's end. */
    record KeyFirstUsed(String consumerId, KeyRotation before, KeyRotation after) implements ConsumerEvent {

        static final String NAME = "consumer.key_first_used";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", consumerId);
        }
    }

    /** Calls with the key may come from other networks. */
    record KeyLimited(String consumerId, KeyView before, KeyView after) implements ConsumerEvent {

        static final String NAME = "consumer.key_networks_changed";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", consumerId);
        }
    }

    record KeyRevoked(String consumerId, KeyView before, KeyView after) implements ConsumerEvent {

        static final String NAME = "consumer.key_revoked";

        @Override
        public String auditEvent() {
            return NAME;
        }

        @Override
        public Subject subject() {
            return new Subject("consumer", consumerId);
        }
    }

    /** A key has 30 days, 7 days or 1 day left. */
    record KeyExpiring(String consumerId, KeyEnd after) implements ConsumerEvent {

        static final String NAME = "consumer.key_expiring";

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
