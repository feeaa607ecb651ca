package app.spine.reference;

import app.spine.http.ProblemCatalogue;
import app.spine.http.ProblemKind;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The reference as pages: rendered once from the OpenAPI document and the problem kinds, then served from memory. */
@ApplicationScoped
class ReferencePages {

    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

    private final String operations;
    private final String errors;

    ReferencePages(ObjectMapper json, Instance<ProblemCatalogue> catalogues) throws IOException {
        operations =
                Templates.operations(OperationEntry.all(document(json), json)).render();
        errors = Templates.errors(errors(catalogues)).render();
    }

    String operations() {
        return operations;
    }

    String errors() {
        return errors;
    }

    static JsonNode document(ObjectMapper json) throws IOException {
        try (InputStream file = Thread.currentThread().getContextClassLoader().getResourceAsStream(DOCUMENT)) {
            return json.readTree(Objects.requireNonNull(file, DOCUMENT));
        }
    }

    private static List<ErrorEntry> errors(Instance<ProblemCatalogue> catalogues) {
        return catalogues.stream()
                .flatMap(catalogue -> catalogue.kinds().stream())
                .collect(Collectors.toMap(ProblemKind::code, ErrorEntry::of, (one, _) -> one, TreeMap::new))
                .values()
                .stream()
                .sorted(Comparator.comparingInt(ErrorEntry::status).thenComparing(ErrorEntry::code))
                .toList();
    }

    /** One code with what to do about it. */
    record ErrorEntry(String code, int status, String title, String remedy) {

        static ErrorEntry of(ProblemKind kind) {
            return new ErrorEntry(kind.code(), kind.status(), kind.title(), kind.remedy());
        }
    }

    @CheckedTemplate(basePath = "reference")
    static class Templates {

        private Templates() {}

        static native TemplateInstance operations(List<OperationEntry> operations);

        static native TemplateInstance errors(List<ErrorEntry> errors);
    }
}
