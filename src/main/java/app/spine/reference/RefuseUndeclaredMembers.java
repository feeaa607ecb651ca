package app.spine.reference;

import app.spine.http.RedactionRules;
import app.spine.http.RedactionRules.Field;
import app.spine.http.UndeclaredFieldException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Ends the start when a member of a body, or a parameter, looks sensitive and nobody declared what it holds. The OpenAPI
 * document is made from the code by the build, so it has them all, also in a native image.
 */
@ApplicationScoped
class RefuseUndeclaredMembers {

    private static final Set<String> SENSITIVE_FORMATS = Set.of("email", "password", "byte", "binary", "ipv4", "ipv6");

    private final ObjectMapper json;
    private final RedactionRules rules;

    RefuseUndeclaredMembers(ObjectMapper json, RedactionRules rules) {
        this.json = json;
        this.rules = rules;
    }

    /** @throws UndeclaredFieldException Quarkus prints its message alone and ends with exit code 1 */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE + 1) StartupEvent event) throws IOException {
        rules.requireDeclared(members(ReferencePages.document(json)));
    }

    /** Members of records by their records' names, of other bodies by their operation, and parameters by "parameter". */
    static List<Field> members(JsonNode document) {
        List<Field> members = new ArrayList<>();
        document.path("components")
                .path("schemas")
                .properties()
                .forEach(schema -> collect(schema.getKey(), schema.getValue(), members));
        document.path("paths")
                .forEach(path -> path.forEach(operation -> {
                    collect(operation.path("operationId").asText(), operation, members);
                    operation
                            .path("parameters")
                            .forEach(parameter -> members.add(new Field(
                                    "parameter",
                                    parameter.path("name").asText(),
                                    isSensitive(parameter.path("schema")))));
                }));
        return members;
    }

    private static void collect(String owner, JsonNode node, List<Field> members) {
        JsonNode properties = node.path("properties");
        if (properties.isObject()) {
            properties
                    .properties()
                    .forEach(member -> members.add(new Field(owner, member.getKey(), isSensitive(member.getValue()))));
        }
        node.forEach(child -> collect(owner, child, members));
    }

    private static boolean isSensitive(JsonNode schema) {
        return SENSITIVE_FORMATS.contains(schema.path("format").asText());
    }
}
