package app.spine.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which methods a path takes, for {@code Allow} (RFC 9110, section 15.5.6), read from the OpenAPI document. */
@ApplicationScoped
class AllowedMethods {

    private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";

    private final List<Path> paths = new ArrayList<>();

    AllowedMethods(ObjectMapper json) throws IOException {
        try (InputStream file = Thread.currentThread().getContextClassLoader().getResourceAsStream(DOCUMENT)) {
            for (Map.Entry<String, JsonNode> path : json.readTree(Objects.requireNonNull(file, DOCUMENT))
                    .get("paths")
                    .properties()) {
                paths.add(Path.of(path.getKey(), path.getValue()));
            }
        }
    }

    /** The methods as the header lists them; empty for a path that is none of ours. */
    Optional<String> find(String path) {
        return paths.stream()
                .filter(known -> known.pattern().matcher(path).matches())
                .map(Path::methods)
                .findFirst();
    }

    private record Path(Pattern pattern, String methods) {

        static Path of(String template, JsonNode operations) {
            TreeSet<String> methods = new TreeSet<>();
            operations.fieldNames().forEachRemaining(name -> methods.add(name.toUpperCase(Locale.ROOT)));
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
            return new Path(Pattern.compile(template.replaceAll("\\{[^}]*}", "[^/]+")), String.join(", ", methods));
        }
    }
}
