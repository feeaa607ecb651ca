package app.spine.events;

import org.jspecify.annotations.Nullable;

/**
 * Who acts.
 *
 * @param kind how it proved itself
 * @param id public id of a consumer, subject of a person, name of a job
 * @param keyId public id of the key that a consumer used; null for everyone else
 */
public record Actor(Kind kind, String id, @Nullable String keyId) {

    /** How an actor is known to the platform. */
    public enum Kind {
        CONSUMER("consumer"),
        PERSON("person"),
        PROVIDER("provider"),
        SYSTEM("system");

        private final String wire;

        Kind(String wire) {
            this.wire = wire;
        }

        /** The kind as stored and published. */
        public String wire() {
            return wire;
        }
    }

    /** A job or the program itself. */
    public static Actor system(String name) {
        return new Actor(Kind.SYSTEM, name, null);
    }
}
