package app.spine.reference;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.jboss.jandex.IndexView;
import org.jspecify.annotations.Nullable;

/** Completes each operation of the OpenAPI document, while the program is built, from what its code declares. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class DescribeOperations implements OASFilter {

    private static final String JSON = "application/json";
    private static final String API_KEY = "api_key";
    private static final String OAUTH = "oauth";

    private final IndexView index;

    /** Called by the build with the application's classes. */
    public DescribeOperations(IndexView index) {
        this.index = index;
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents()
                .addSecurityScheme(
                        API_KEY,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .bearerFormat("spine_(live|test)_[0-9A-Za-z]{36}")
                                .description(
                                        "An API key of a consumer. Keys are for servers: no browser, no query string."));
        Schemas.complete(document, index);
        Refusal.declareSchema(document);
        Map<String, Declared> declared = Declared.all(index);
        document.getComponents().addSecurityScheme(OAUTH, oauth(declared.values()));
        Map<String, Map<String, Object>> examples = examples();
        Map<String, PathItem> paths = document.getPaths().getPathItems();
        paths.forEach((path, item) -> item.getOperations()
                .forEach((method, operation) -> describe(
                        path,
                        method,
                        operation,
                        Objects.requireNonNull(declared.get(operation.getOperationId()), operation.getOperationId()),
                        examples.get(operation.getOperationId()))));
    }

    private static SecurityScheme oauth(Collection<Declared> operations) {
        Map<String, String> scopes = new TreeMap<>();
        operations.forEach(
                operation -> operation.scopes().forEach(scope -> scopes.put(scope, "The scope " + scope + ".")));
        return OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.OAUTH2)
                .description("A client-credentials token (JWT) of the OIDC provider that the installation is configured"
                        + " for, whose client is bound to a consumer. The call may do what both the token and the"
                        + " consumer hold. The token address is the provider's; the one given here is an example.")
                .flows(OASFactory.createOAuthFlows()
                        .clientCredentials(OASFactory.createOAuthFlow()
                                .tokenUrl("https://id.example.com/oauth2/token")
                                .scopes(scopes)));
    }

    private static void describe(
            String path,
            PathItem.HttpMethod method,
            Operation operation,
            Declared declared,
            @Nullable Map<String, Object> examples) {
        operation.addExtension("x-required-scopes", declared.scopes());
        operation.addExtension("x-rate-limit-cost", declared.cost());
        operation.addExtension("x-audit-event", declared.auditEvent());
        operation.setSecurity(List.of(
                OASFactory.createSecurityRequirement().addScheme(API_KEY, List.of()),
                OASFactory.createSecurityRequirement().addScheme(OAUTH, declared.scopes())));
        if (method == PathItem.HttpMethod.POST) {
            operation.addParameter(OASFactory.createParameter()
                    .name("Idempotency-Key")
                    .in(Parameter.In.HEADER)
                    .description("Makes the request safe to send again for 24 hours: it has one effect and one answer."
                            + " A text of your own that opens nothing; with an API key in it the request is refused.")
                    .schema(OASFactory.createSchema()
                            .addType(org.eclipse.microprofile.openapi.models.media.Schema.SchemaType.STRING)
                            .minLength(1)
                            .maxLength(257))
                    .example("\"5f3c8e8a-2b1d-4c0e-9f57-0d5f6f0f8a11\""));
        }
        success(method, operation, examples);
        Map<String, List<String>> refusals = Refusal.of(path, method, operation, declared);
        refusals.forEach(
                (status, codes) -> operation.getResponses().addAPIResponse(status, Refusal.response(status, codes)));
    }

    private static void success(
            PathItem.HttpMethod method, Operation operation, @Nullable Map<String, Object> examples) {
        Map<String, APIResponse> responses =
                new TreeMap<>(operation.getResponses().getAPIResponses());
        responses.keySet().removeIf(status -> !status.startsWith("2"));
        boolean creates = method == PathItem.HttpMethod.POST;
        APIResponse success = responses.values().iterator().next();
        operation.setResponses(OASFactory.createAPIResponses().addAPIResponse(creates ? "201" : "200", success));
        success.setDescription(creates ? "Done." : "Found.");
        if (method == PathItem.HttpMethod.PATCH || method == PathItem.HttpMethod.PUT) {
            success.setDescription("Changed.");
        }
        Headers.add(success, operation, creates);
        MediaType answer = success.getContent().getMediaType(JSON);
        answer.setExample(example(operation, examples, "response"));
        if (operation.getRequestBody() != null) {
            operation.getRequestBody().setRequired(true);
            operation
                    .getRequestBody()
                    .getContent()
                    .getMediaTypes()
                    .values()
                    .forEach(body -> body.setExample(example(operation, examples, "request")));
        }
        if (operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> "If-None-Match".equals(parameter.getName()))) {
            operation
                    .getResponses()
                    .addAPIResponse(
                            "304", OASFactory.createAPIResponse().description("The record is the one you have."));
        }
    }

    private static Object example(Operation operation, @Nullable Map<String, Object> examples, String part) {
        return Objects.requireNonNull(
                examples == null ? null : examples.get(part),
                () -> "openapi-examples.json has no " + part + " of " + operation.getOperationId());
    }

    private static Map<String, Map<String, Object>> examples() {
        try (InputStream file =
                Thread.currentThread().getContextClassLoader().getResourceAsStream("openapi-examples.json")) {
            return new ObjectMapper().readValue(Objects.requireNonNull(file), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
