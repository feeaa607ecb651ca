package app.spine.access;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is ready to leave but for its row in the log. No thread waits for that: the event loop sends it when the
 * commit is back, and something else in its place when there is none.
 */
final class Held {

    private static final Logger LOG = Logger.getLogger(Held.class);

    private final byte[] body;
    private final CompletableFuture<ProblemAnswers.@Nullable Answer> durable;
    private final RoutingContext request;

    /**
     * Takes the bytes over; nobody may change them afterwards.
     *
     * @param durable completes when an answer may leave: with null for this one, or with the one to send instead
     */
    Held(byte[] body, CompletableFuture<ProblemAnswers.@Nullable Answer> durable, RoutingContext request) {
        this.body = body;
        this.durable = durable;
        this.request = request;
    }

    /** Sends it as soon as it may leave. */
    void sendWhenDurable(ServerHttpResponse framework) {
        HttpServerRequestInternal connection = (HttpServerRequestInternal) request.request();
        var _ = durable.whenComplete((instead, failure) -> connection.context().runOnContext(_ -> {
            try {
                if (failure != null) {
                    throw new IllegalStateException("nothing could be made of a row that was not written", failure);
                }
                send(framework, instead);
            } catch (RuntimeException e) {
                LOG.error("An answer could not be sent", e);
                request.request().connection().close();
            }
        }));
    }

    private void send(ServerHttpResponse framework, ProblemAnswers.@Nullable Answer instead) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        if (instead == null) {
            framework.end(body);
            return;
        }
        // Or it would put its own status and headers there as they leave.
        framework.setPreCommitListener(_ -> {});
        response.setStatusCode(instead.status());
        instead.headers().forEach(response::putHeader);
        response.end(Buffer.buffer(instead.body().body()));
    }
}
