package app.spine.portal;

import io.quarkus.qute.Engine;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.interceptor.Interceptor;
import org.jboss.logging.Logger;

/**
 * Has the pages' templates parsed while the start waits for the database, as one takes as long as the other. What is wrong
 * with a template is said where Quarkus asks for the engine after that, which ends the start.
 */
@ApplicationScoped
class ParseTemplates {

    private static final Logger LOG = Logger.getLogger(ParseTemplates.class);

    private final Instance<Engine> engine;

    ParseTemplates(Instance<Engine> engine) {
        this.engine = engine;
    }

    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 4) StartupEvent event) {
        Thread.ofPlatform().name("templates").daemon(true).start(this::parse);
    }

    private void parse() {
        try {
            // The engine stands behind a proxy, so that it takes a call to make it.
            engine.get().getTimeout();
        } catch (RuntimeException e) {
            // The start itself meets it next, or has ended already.
            LOG.debug("The templates could not be parsed beforehand", e);
        }
    }
}
