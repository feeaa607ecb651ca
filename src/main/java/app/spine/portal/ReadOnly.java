package app.spine.portal;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/** Whether a request asks and changes nothing. */
final class ReadOnly {

    private ReadOnly() {}

    static boolean is(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }
}
