package app.spine.tenancy;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * What is left of the time that everything has together that ends with the program. Docker kills ten seconds after it asked
 * to stop, of which seven are gone by then (application.properties, Stopping). A database that answers needs milliseconds of
 * the rest, and one that hangs must not hold up the end.
 */
@ApplicationScoped
public class StopDeadline {

    // The others are for what Quarkus closes itself and for the end of the JVM: half a second on a machine that has
    // three times the work that it has processors for.
    private static final Duration IN_ALL = Duration.ofSeconds(1);

    private boolean begun;
    private long endNanos;

    /** It begins with whoever asks first. A millisecond at least, since none at all means for ever to many. */
    public synchronized Duration left() {
        if (!begun) {
            begun = true;
            endNanos = System.nanoTime() + IN_ALL.toNanos();
        }
        Duration left = Duration.ofNanos(endNanos - System.nanoTime());
        return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
    }
}
