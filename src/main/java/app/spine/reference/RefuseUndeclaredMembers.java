package app.spine.reference;

import app.spine.http.RedactionRules;
import app.spine.http.UndeclaredFieldException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.io.InputStream;

/**
 * Ends the start when a member of a body, or a parameter, looks sensitive and nobody declared what it holds. The OpenAPI
 * document is made from the code by the build, so it has them all, also in a native image.
 */
@ApplicationScoped
class RefuseUndeclaredMembers {

    private final ObjectMapper json;
    private final RedactionRules rules;

    RefuseUndeclaredMembers(ObjectMapper json, RedactionRules rules) {
        this.json = json;
        this.rules = rules;
    }

    /** @throws UndeclaredFieldException Quarkus prints its message alone and ends with exit code 1 */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 1) StartupEvent event) throws IOException {
        try (InputStream file = ReferencePages.open();
                JsonParser document = json.createParser(file)) {
            rules.requireDeclared(DocumentMembers.of(document));
        }
    }
}
