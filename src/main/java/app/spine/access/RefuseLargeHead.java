package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bounds the URI and the headers well below what the server takes, so that the refusal can explain itself and is logged. */
final class RefuseLargeHead {

    static final int MAX_URI = 8_192;
    static final int MAX_HEADERS = 16_384;

    private RefuseLargeHead() {}

    /** Why the head of a request is too large; null when it is not. */
    static @Nullable Problem refusal(HttpServerRequest request) {
        if (request.uri().length() > MAX_URI) {
            return new Problem(HttpProblem.URI_TOO_LONG, "The path and query may have 8 kB together.");
        }
        int size = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            size += header.getKey().length() + header.getValue().length();
        }
        return size > MAX_HEADERS
                ? new Problem(HttpProblem.HEADERS_TOO_LARGE, "The headers may have 16 kB together. Send fewer.")
                : null;
    }
}
