package app.spine.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Holds an answer until its row in the request log is durable: a read's without any thread that waits, what has no body on
 * its virtual thread. Refusals and changes come here recorded already.
 */
@ApplicationScoped
class RecordAnswer {

    private final RequestLog log;
    private final ProblemAnswers answers;
    private final ObjectMapper json;

    RecordAnswer(RequestLog log, ProblemAnswers answers, ObjectMapper json) {
        this.log = log;
        this.answers = answers;
        this.json = json;
    }

    @ServerResponseFilter
    public void record(ContainerResponseContext response, RoutingContext context) throws JsonProcessingException {
        Exchange exchange = Exchange.find(context).orElse(null);
        if (exchange == null || exchange.refused) {
            return;
        }
        byte[] body = exchange.body;
        if (body == null) {
            body = response.getEntity() == null ? new byte[0] : json.writeValueAsBytes(response.getEntity());
        }
        if (!exchange.recorded) {
            CompletableFuture<Void> row =
                    log.append(RequestEntry.of(exchange, response.getStatus(), null, body.length));
            if (isLeftToWriter(response, exchange)) {
                response.setEntity(new Held(
                        body,
                        row.handle((_, failure) -> failure == null ? null : answers.unlogged(exchange)),
                        context));
                exchange.headers().forEach(response.getHeaders()::putSingle);
                return;
            }
            if (!isDurable(row)) {
                refuse(response, exchange);
                return;
            }
        }
        if (response.getEntity() != null) {
            response.setEntity(new Rendered(body));
        }
        exchange.headers().forEach(response.getHeaders()::putSingle);
    }

    /** Whether the framework leaves the answer to the writer of its entity: not without one, and not for HEAD. */
    private static boolean isLeftToWriter(ContainerResponseContext response, Exchange exchange) {
        return response.getEntity() != null && exchange.request.method().equals(HttpMethod.GET);
    }

    /** Without a time-out of its own, which would cost more than the wait: the log answers in time. */
    private static boolean isDurable(CompletableFuture<Void> row) {
        try {
            row.join();
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    private void refuse(ContainerResponseContext response, Exchange exchange) {
        ProblemAnswers.Answer answer = answers.unlogged(exchange);
        response.setStatus(answer.status());
        response.getHeaders().clear();
        answer.headers().forEach((name, value) -> response.getHeaders().putSingle(name, value));
        response.setEntity(answer.body());
    }
}
