package app.spine.portal;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The person whose request this is. Templates have it as {@code inject:person}. */
@RequestScoped
@Named("person")
public class CurrentPerson {

    private @Nullable Person person;
    private Instant sessionStartedAt = Instant.EPOCH;

    void identify(Person who, Instant since) {
        person = who;
        sessionStartedAt = since;
    }

    /** When the person came in here, which may be later than the proof at the provider. */
    Instant sessionStartedAt() {
        return sessionStartedAt;
    }

    /** The person, or empty on a page that takes no sign-in. */
    public Optional<Person> find() {
        return Optional.ofNullable(person);
    }

    /**
     * The person.
     *
     * @throws IllegalStateException on a path without {@link Allowed}
     */
    public Person require() {
        if (person == null) {
            throw new IllegalStateException("nobody is signed in: the resource lacks @Allowed");
        }
        return person;
    }
}
