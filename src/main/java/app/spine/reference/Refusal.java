package app.spine.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Which refusals an operation can answer with: those that its shape implies, and those that it declares. */
final class Refusal {

    private static final String PROBLEM = "Problem";
    private static final String REASON = "Reason";

    private static final Map<String, String> STATUS_OF_DECLARED =
            Map.of("illegal_transition", "409", "rotation_in_progress", "409", "conflict", "409");

    private static final Set<String> BEFORE_THE_CALLER_IS_KNOWN = Set.of("401", "414", "431");

    private static final Map<String, String> DESCRIPTIONS = Map.ofEntries(
            Map.entry("400", "The request cannot be read."),
            Map.entry("401", "The call has no key or token that works."),
            Map.entry("403", "The key may not do this."),
            Map.entry("404", "There is no such record, or it is not yours to see."),
            Map.entry("406", "The accepted media types cannot be given."),
            Map.entry("408", "The body did not arrive in time."),
            Map.entry("409", "The state of things does not allow it now."),
            Map.entry("412", "The record has changed."),
            Map.entry("413", "The body is too large."),
            Map.entry("414", "The path and query are too long."),
            Map.entry("415", "The body's media type is not read here."),
            Map.entry("422", "The request is readable and not allowed."),
            Map.entry("428", "The change names no ETag."),
            Map.entry("429", "A limit is used up."),
            Map.entry("431", "The headers are too large."),
            Map.entry("503", "The platform cannot answer now."));

    private Refusal() {}

    /** Codes by status. */
    static Map<String, List<String>> of(
            String path, PathItem.HttpMethod method, Operation operation, Declared declared) {
        Map<String, List<String>> codes = new TreeMap<>();
        boolean body = operation.getRequestBody() != null;
        add(codes, "400", "unknown_parameter", "bad_value");
        add(
                codes,
                "401",
                "key_missing",
                "key_malformed",
                "key_unknown",
                "key_expired",
                "key_revoked",
                "key_not_yet_valid",
                "token_invalid");
        add(codes, "403", "network_not_allowed", "consumer_suspended");
        if (!declared.scopes().isEmpty()) {
            add(codes, "403", "insufficient_scope");
        }
        if (path.contains("{")) {
            add(codes, "404", "not_found");
        }
        add(codes, "406", "not_acceptable");
        add(codes, "414", "uri_too_long");
        add(codes, "431", "headers_too_large");
        if (body) {
            add(codes, "400", "malformed_json", "unknown_member", "wrong_type");
            add(codes, "408", "request_timeout");
            add(codes, "413", "too_large");
            add(codes, "415", "unsupported_media_type");
            add(codes, "422", "invalid");
        }
        if (method == PathItem.HttpMethod.POST) {
            add(codes, "409", "idempotency_in_progress");
            add(codes, "422", "idempotency_mismatch");
        }
        if (method == PathItem.HttpMethod.PATCH) {
            add(codes, "412", "stale");
            add(codes, "428", "if_match_required");
        }
        add(codes, "429", "rate_limited", "quota_exceeded");
        add(codes, "503", "database_unavailable", "log_unavailable", "temporarily_reduced");
        declared.refusals().forEach(code -> add(codes, STATUS_OF_DECLARED.get(code), code));
        return codes;
    }

    private static void add(
            Map<String, List<String>> codes, @org.jspecify.annotations.Nullable String status, String... added) {
        if (status == null) {
            throw new IllegalStateException("no status is known for " + List.of(added));
        }
        List<String> list = codes.computeIfAbsent(status, any -> new ArrayList<>());
        for (String code : added) {
            if (!list.contains(code)) {
                list.add(code);
            }
        }
    }

    /** The answer, with its codes and an example of the first. */
    static APIResponse response(String status, List<String> codes) {
        APIResponse response = OASFactory.createAPIResponse()
                .description(DESCRIPTIONS.get(status) + " Codes: " + String.join(", ", codes) + ".")
                .content(OASFactory.createContent()
                        .addMediaType(
                                "application/problem+json",
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema().ref(PROBLEM))
                                        .example(example(Integer.parseInt(status), codes.getFirst()))));
        response.addExtension("x-error-codes", codes);
        Headers.all(response);
        if (status.equals("401") || status.equals("403")) {
            response.addHeader(
                    "WWW-Authenticate",
                    Headers.header("What is wanted (RFC 6750).", "Bearer realm=\"operating-spine\""));
        }
        if (!BEFORE_THE_CALLER_IS_KNOWN.contains(status)) {
            Headers.limits(response);
        }
        if (status.equals("429") || status.equals("503") || status.equals("409")) {
            response.addHeader(
                    "Retry-After", Headers.header("Seconds to wait before the next try, where waiting helps.", "1"));
        }
        return response;
    }

    private static Map<String, Object> example(int status, String code) {
        Map<String, Object> example = new java.util.LinkedHashMap<>();
        example.put(
                "type",
                status == 429
                        ? "https://iana.org/assignments/http-problem-types#quota-exceeded"
                        : "/reference/errors#" + code);
        example.put("title", "A sentence that is the same for every occurrence.");
        example.put("status", status);
        example.put("detail", "What happened this time and how to mend it.");
        example.put("instance", "/v1/requests#req_01h455vb4pex5vsknk084sn02q");
        example.put("code", code);
        example.put("reasons", List.of());
        example.put("request_id", "req_01h455vb4pex5vsknk084sn02q");
        if (status == 429) {
            example.put("violated-policies", List.of("burst"));
        }
        return example;
    }

    /** Declares the schema of problem details once. */
    static void declareSchema(OpenAPI document) {
        Schema reason = OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .description(
                        "One reason for a refusal, and where it lies: in a member of the body, a parameter or a header.")
                .addProperty("code", text("What is wrong, for programs."))
                .addProperty("pointer", text("JSON pointer into the body."))
                .addProperty("parameter", text("Name of a query parameter."))
                .addProperty("header", text("Name of a header."))
                .addProperty("detail", text("What is wrong and how to mend it, for people."))
                .required(List.of("code", "detail"));
        Schema problem = OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .description("Problem details (RFC 9457).")
                .addProperty("type", text("The kind of problem, where it is explained."))
                .addProperty("title", text("The kind of problem in a sentence."))
                .addProperty("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER))
                .addProperty("detail", text("What happened this time and how to mend it."))
                .addProperty("instance", text("The occurrence: its entry in the request log."))
                .addProperty("code", text("What callers branch on."))
                .addProperty(
                        "reasons",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.ARRAY)
                                .description("Every reason, where there is more to say than the detail.")
                                .items(OASFactory.createSchema().ref(REASON)))
                .addProperty("request_id", text("The request's entry in the request log."))
                .addProperty(
                        "violated-policies",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.ARRAY)
                                .description("On 429: the limits that are used up.")
                                .items(OASFactory.createSchema().addType(Schema.SchemaType.STRING)))
                .required(List.of("type", "title", "status", "detail", "code", "reasons"));
        document.getComponents().addSchema(REASON, reason);
        document.getComponents().addSchema(PROBLEM, problem);
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING).description(description);
    }
}
