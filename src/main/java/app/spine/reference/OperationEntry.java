package app.spine.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One operation as the reference shows it. */
record OperationEntry(
        String id,
        String method,
        String path,
        String summary,
        String description,
        String scopes,
        String auditEvent,
        int cost,
        List<Parameter> parameters,
        String request,
        List<Answer> answers) {

    /** A parameter of path, query or header. */
    record Parameter(String name, String place, String description) {}

    /** An answer by status, with an example where there is one. */
    record Answer(String status, String description, List<String> codes, String example) {}

    static List<OperationEntry> all(JsonNode document, ObjectMapper json) throws JsonProcessingException {
        List<OperationEntry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (method.getValue().has("operationId")) {
                    entries.add(entry(path.getKey(), method.getKey(), method.getValue(), json));
                }
            }
        }
        return entries;
    }

    private static OperationEntry entry(String path, String method, JsonNode operation, ObjectMapper json)
            throws JsonProcessingException {
        List<String> scopes = texts(operation.path("x-required-scopes"));
        List<Parameter> parameters = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            parameters.add(new Parameter(
                    parameter.get("name").asText(),
                    parameter.get("in").asText(),
                    parameter.path("description").asText("")));
        }
        List<Answer> answers = new ArrayList<>();
        for (Map.Entry<String, JsonNode> answer : operation.get("responses").properties()) {
            answers.add(new Answer(
                    answer.getKey(),
                    answer.getValue().path("description").asText(""),
                    texts(answer.getValue().path("x-error-codes")),
                    answer.getKey().startsWith("2") ? example(answer.getValue(), json) : ""));
        }
        return new OperationEntry(
                operation.get("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                path,
                operation.path("summary").asText(""),
                operation.path("description").asText(""),
                scopes.isEmpty() ? "any valid key" : String.join(" and ", scopes),
                operation.get("x-audit-event").asText(),
                operation.get("x-rate-limit-cost").asInt(),
                parameters,
                example(operation.path("requestBody"), json),
                answers);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(node -> texts.add(node.asText()));
        return texts;
    }

    /** The first example of a body, indented; empty when there is none. */
    private static String example(JsonNode body, ObjectMapper json) throws JsonProcessingException {
        for (JsonNode content : body.path("content")) {
            if (content.has("example")) {
                return json.writerWithDefaultPrettyPrinter().writeValueAsString(content.get("example"));
            }
        }
        return "";
    }
}
