package app.spine.portal;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.faulttolerance.exceptions.FaultToleranceException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the provider answers. Asked before a browser is sent there, since what a browser shows of a server that is away
 * helps nobody.
 */
@ApplicationScoped
class Provider {

    private static final Logger LOG = Logger.getLogger(Provider.class);

    /** How long an answer is believed: one question a moment however many people arrive. */
    private static final Duration BELIEVED = Duration.ofSeconds(5);

    private final AskProvider ask;
    private volatile @Nullable Answer last;

    Provider(AskProvider ask) {
        this.ask = ask;
    }

    private record Answer(boolean there, long atNanos) {

        boolean isRecent() {
            return System.nanoTime() - atNanos < BELIEVED.toNanos();
        }
    }

    /** Whether it answered a moment ago or answers now. */
    boolean isThere() {
        Answer known = last;
        if (known != null && known.there && known.isRecent()) {
            return true;
        }
        boolean there = answers();
        if (known == null ? !there : known.there != there) {
            if (there) {
                LOG.info("The OIDC provider answers again");
            } else {
                LOG.warn("The OIDC provider does not answer, so nobody can sign in. Keys go on working");
            }
        }
        last = new Answer(there, System.nanoTime());
        return there;
    }

    private boolean answers() {
        try {
            return ask.answers();
        } catch (AskProvider.NoAnswer | FaultToleranceException e) {
            LOG.debugf("The OIDC provider does not answer: %s", e.getMessage());
            return false;
        }
    }
}
