package app.spine.access;

import app.spine.http.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/** Closes a connection after an answer that says so, because what is left of its request is not going to be read. */
final class HangUp {

    // A close while bytes still arrive becomes a reset, which may take the answer away from the caller: so they are
    // thrown
    // away until the caller has had time to read it.
    private static final long LINGER_MILLIS = 1_000;

    private HangUp() {}

    static void afterAnswer(Problem problem, RoutingContext context) {
        if ("close".equals(problem.headers().get("Connection"))
                && context.request().version() != HttpVersion.HTTP_2) {
            context.addEndHandler(sent -> now(context));
        }
    }

    private static void now(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        request.handler(discarded -> {});
        request.resume();
        context.vertx().setTimer(LINGER_MILLIS, over -> request.connection().close());
    }
}
