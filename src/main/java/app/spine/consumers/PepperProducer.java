package app.spine.consumers;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Reads the peppers from configuration once, at the start, so that a bad one ends it. */
@ApplicationScoped
class PepperProducer {

    /**
     * The secrets that keys are hashed under: {@code version:base64url}, comma-separated, the current one first, each of
     * at least 32 bytes. Kept outside the database, so that a copy of it is of no use for guessing keys.
     */
    private static final String PEPPERS = "spine.peppers";

    @Produces
    @Singleton
    Peppers peppers(@ConfigProperty(name = PEPPERS) Optional<String> configured) {
        try {
            return Peppers.require(configured);
        } catch (IllegalArgumentException e) {
            // Quarkus prints the message alone and ends with exit code 1.
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** Without it the first request would be the first to ask for them. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event, Peppers peppers) {}
}
