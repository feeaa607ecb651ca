package app.spine.reference;

import app.spine.http.RedactionRules;
import app.spine.http.UndeclaredFieldException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;

/**
 * Ends the start when a member of a body, or a parameter, looks sensitive and nobody declared what it holds. The OpenAPI
 * document is made from the code by the build, so it has them all, also in a native image.
 */
@ApplicationScoped
class RefuseUndeclaredMembers {

    private final RedactionRules rules;

    RefuseUndeclaredMembers(RedactionRules rules) {
        this.rules = rules;
    }

    /** @throws UndeclaredFieldException Quarkus prints its message alone and ends with exit code 1 */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 1) StartupEvent event) throws IOException {
        rules.requireDeclared(CompiledMembers.all());
    }
}
