package app.spine.consumers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Reads the peppers from configuration once, so that a bad one stops the start. */
@ApplicationScoped
class PepperProducer {

    /**
     * The secrets that keys are hashed under: {@code version:base64url}, comma-separated, the current one first, each of
     * at least 32 bytes. Kept outside the database, so that a copy of it is of no use for guessing keys.
     */
    @Produces
    @Singleton
    Peppers peppers(@ConfigProperty(name = "spine.peppers") String configured) {
        return Peppers.parse(configured);
    }
}
