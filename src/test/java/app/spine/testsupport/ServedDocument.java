package app.spine.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The OpenAPI document that the running application serves. */
public final class ServedDocument {

    private ServedDocument() {}

    /** The whole document. */
    public static JsonNode read() {
        return RawHttp.request("GET", "/openapi?format=json").send().json();
    }

    /** Each of its operations. */
    public static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : read().get("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                operations.add(
                        new Operation(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()));
            }
        }
        return operations;
    }

    /** One operation and what the document says of it. */
    public record Operation(String method, String path, JsonNode node) {

        public String id() {
            return node.path("operationId").asText();
        }

        /** The documented answer of success, its status and description. */
        public Map.Entry<String, JsonNode> success() {
            return responses().stream()
                    .filter(answer -> answer.getKey().startsWith("2"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(id() + " documents no success"));
        }

        /** Every documented answer by its status. */
        public List<Map.Entry<String, JsonNode>> responses() {
            return List.copyOf(node.path("responses").properties());
        }

        /** Names of the parameters in a place: path, query or header. */
        public List<String> parameters(String place) {
            List<String> names = new ArrayList<>();
            for (JsonNode parameter : node.path("parameters")) {
                if (parameter.path("in").asText().equals(place)) {
                    names.add(parameter.path("name").asText());
                }
            }
            return names;
        }

        /** The media type of the body it takes; null when it takes none. */
        public @Nullable String bodyType() {
            return node.path("requestBody").path("content").properties().stream()
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(null);
        }

        /** The example of the body it takes; missing when it takes none. */
        public JsonNode requestExample() {
            return node.path("requestBody").at("/content/" + escape(bodyType()) + "/example");
        }

        /** The example of its answer. */
        public JsonNode answerExample() {
            return success().getValue().at("/content/application~1json/example");
        }

        private static String escape(@Nullable String mediaType) {
            return String.valueOf(mediaType).replace("/", "~1");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }
}
