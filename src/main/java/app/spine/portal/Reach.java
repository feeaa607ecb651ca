package app.spine.portal;

import app.spine.http.Problem;
import app.spine.http.TypeId;
import jakarta.enterprise.context.RequestScoped;
import java.util.UUID;

/** Which consumers a person may know of: a partner its own one, everybody else all of the academy. */
@RequestScoped
class Reach {

    private final CurrentPerson person;

    Reach(CurrentPerson person) {
        this.person = person;
    }

    /**
     * The consumer's public id.
     *
     * @throws Problem 404 for one that is not the person's to see
     */
    String require(String consumerId) {
        Person who = person.require();
        UUID id = TypeId.parse("consumer", consumerId).orElseThrow(Problem::notFound);
        if (!who.role().mayReadAll() && !id.equals(who.consumerId())) {
            throw Problem.notFound();
        }
        return consumerId;
    }
}
