package app.spine.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The operations of the API as the OpenAPI document has them, read once. */
@ApplicationScoped
public class ApiOperations {

    private final Map<String, ApiOperation> byId;

    ApiOperations(ObjectMapper json) throws IOException {
        byId = read(ReferencePages.document(json), json);
    }

    /** The operation of that id; empty for one that is no longer there. */
    public Optional<ApiOperation> find(@Nullable String id) {
        return id == null ? Optional.empty() : Optional.ofNullable(byId.get(id));
    }

    /** {@code GET /v1/members/{id}}; the id itself for an operation that is no longer there, a dash for none. */
    public String name(@Nullable String id) {
        return find(id).map(ApiOperation::call).orElse(id == null ? "–" : id);
    }

    /** All of them, in the document's order. */
    public List<ApiOperation> all() {
        return List.copyOf(byId.values());
    }

    /** Those that a holder of these scopes may call, in the document's order. */
    public List<ApiOperation> within(Set<String> scopes) {
        return byId.values().stream()
                .filter(operation -> scopes.containsAll(operation.scopes()))
                .toList();
    }

    private static Map<String, ApiOperation> read(JsonNode document, ObjectMapper json) throws IOException {
        Map<String, ApiOperation> operations = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                JsonNode operation = method.getValue();
                if (operation.has("x-required-scopes")) {
                    String id = operation.get("operationId").asText();
                    operations.put(id, operation(id, path.getKey(), method.getKey(), operation, json));
                }
            }
        }
        return java.util.Collections.unmodifiableMap(operations);
    }

    private static ApiOperation operation(String id, String path, String method, JsonNode operation, ObjectMapper json)
            throws IOException {
        Set<String> scopes = new TreeSet<>();
        operation.path("x-required-scopes").forEach(scope -> scopes.add(scope.asText()));
        List<String> headers = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asText().equals("header")
                    && parameter.path("name").asText().equals("If-Match")) {
                headers.add("If-Match: *");
            }
        }
        String bodyType = "";
        String body = "";
        for (Map.Entry<String, JsonNode> content :
                operation.path("requestBody").path("content").properties()) {
            if (content.getValue().has("example")) {
                bodyType = content.getKey();
                body = json.writeValueAsString(content.getValue().get("example"));
            }
        }
        return new ApiOperation(
                id,
                method.toUpperCase(Locale.ROOT),
                path,
                operation.path("summary").asText(""),
                Set.copyOf(scopes),
                List.copyOf(headers),
                body,
                bodyType);
    }
}
