package app.spine.demo;

import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;

/** Tells whoever started the program how to make the first call, once it can be made. */
@ApplicationScoped
class DemoBanner {

    private final DemoAcademies academies;
    private final DemoKeys keys;

    DemoBanner(DemoAcademies academies, DemoKeys keys) {
        this.academies = academies;
        this.keys = keys;
    }

    /** On the console and not in the log: it names the keys' file, and not even that belongs into a log. */
    void print(@ObservesAsync HttpServerStart started) {
        if (academies.wanted()) {
            System.out.printf("""

                    Operating Spine is up, with the demo academy Harbour Martial Arts. Try it:

                      curl -s -H "Authorization: Bearer $(. '%s'; echo $SPINE_ADMIN_KEY)" 'http://localhost:%d/v1/members?limit=3'

                    More keys are in that file: of the member app, a partner, operations, and a second academy.

                    """, keys.file(), started.options().getPort());
        }
    }
}
