package app.spine.reference;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document as the build made it: YAML, or JSON by extension, {@code Accept} or {@code ?format=json}. Read once
 * it is first asked for, since the start waits for nothing that few callers need.
 */
@ApplicationScoped
class OpenApiRoutes {

    // Ahead of the extension's own route.
    private static final int FIRST = -1;

    private final Document yaml = new Document("YAML", "application/yaml");
    private final Document json = new Document("JSON", "application/json");

    void register(@Observes Router router) {
        for (String path : new String[] {"/openapi", "/openapi.json", "/openapi.yaml", "/openapi.yml"}) {
            for (HttpMethod method : new HttpMethod[] {HttpMethod.GET, HttpMethod.HEAD}) {
                router.route(method, path).order(FIRST).handler(this::answer);
            }
        }
    }

    private void answer(RoutingContext context) {
        Document document = document(context);
        context.response()
                .putHeader("Content-Type", document.mediaType + ";charset=UTF-8")
                .putHeader("Vary", "Accept")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cache-Control", "public, max-age=300")
                // For HEAD, which gets no length of itself.
                .putHeader("Content-Length", Integer.toString(document.bytes().length()))
                .end(document.bytes());
    }

    private Document document(RoutingContext context) {
        String path = context.normalizedPath();
        if (path.endsWith(".json")) {
            return json;
        }
        if (path.endsWith(".yaml") || path.endsWith(".yml")) {
            return yaml;
        }
        String accept = context.request().getHeader("Accept");
        boolean wantsJson = (accept != null && accept.toLowerCase(Locale.ROOT).contains(json.mediaType))
                || "json".equalsIgnoreCase(context.request().getParam("format"));
        return wantsJson ? json : yaml;
    }

    /** The document in one format. */
    private static final class Document {

        private final String name;
        private final String mediaType;
        private volatile @Nullable Buffer read;

        Document(String extension, String mediaType) {
            this.name = "META-INF/quarkus-generated-openapi-doc." + extension;
            this.mediaType = mediaType;
        }

        Buffer bytes() {
            Buffer known = read;
            if (known == null) {
                known = read();
                read = known;
            }
            return known;
        }

        private Buffer read() {
            try (InputStream file =
                    Thread.currentThread().getContextClassLoader().getResourceAsStream(name)) {
                return Buffer.buffer(Objects.requireNonNull(file, name).readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
