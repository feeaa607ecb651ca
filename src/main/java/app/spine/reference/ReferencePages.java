package app.spine.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/** The reference as pages: rendered once from the OpenAPI document and the problem kinds, then served from memory. */
@ApplicationScoped
class ReferencePages {

    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

    private final String operations;
    private final String errors;

    ReferencePages(ObjectMapper json, ApiErrors catalogue) throws IOException {
        operations =
                Templates.operations(OperationEntry.all(document(json), json)).render();
        errors = Templates.errors(catalogue.all()).render();
    }

    String operations() {
        return operations;
    }

    String errors() {
        return errors;
    }

    /** The OpenAPI document, which the build makes from the code. */
    static InputStream open(ClassLoader loader) {
        return Objects.requireNonNull(loader.getResourceAsStream(DOCUMENT), DOCUMENT);
    }

    static JsonNode document(ObjectMapper json) throws IOException {
        try (InputStream file = open(Thread.currentThread().getContextClassLoader())) {
            return json.readTree(file);
        }
    }

    @CheckedTemplate(basePath = "reference")
    static class Templates {

        private Templates() {}

        static native TemplateInstance operations(List<OperationEntry> operations);

        static native TemplateInstance errors(List<ApiError> errors);
    }
}
