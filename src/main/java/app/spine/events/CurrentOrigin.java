package app.spine.events;

import jakarta.enterprise.context.RequestScoped;
import org.jspecify.annotations.Nullable;

/** Who causes what the current request or job does, and in which request. */
@RequestScoped
public class CurrentOrigin {

    private Actor actor = Actor.system("unknown");
    private @Nullable String requestId;

    /** Names the actor; {@code requestId} is the public id of the request's log row, null for a job. */
    public void identify(Actor who, @Nullable String inRequest) {
        actor = who;
        requestId = inRequest;
    }

    /** Who acts. */
    public Actor actor() {
        return actor;
    }

    /** The public id of the request's log row; null in a job. */
    public @Nullable String requestId() {
        return requestId;
    }
}
