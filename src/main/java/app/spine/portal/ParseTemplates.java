package app.spine.portal;

import io.quarkus.qute.Engine;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import org.jboss.logging.Logger;

/**
 * Has the pages' templates parsed while Hibernate is set up and the database is waited for, which takes as long. Vert.x is
 * made before both, and its options are the first that a start asks a bean about: they stay as they are. What is wrong with a
 * template is said where Quarkus asks for the engine after that, which ends the start.
 */
@ApplicationScoped
class ParseTemplates implements VertxOptionsCustomizer {

    private static final Logger LOG = Logger.getLogger(ParseTemplates.class);

    private final Instance<Engine> engine;

    ParseTemplates(Instance<Engine> engine) {
        this.engine = engine;
    }

    @Override
    public void accept(VertxOptions options) {
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
