package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.tenancy.Unavailable;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.BlockingOperationControl;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Turns a refusal into an answer: logged first, and 503 when the log cannot be written. */
@ApplicationScoped
class ProblemAnswers {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = Logger.getLogger(ProblemAnswers.class);

    private final RequestLog log;
    private final Refusals refusals;
    private final SpendLimit limit;
    private final ObjectMapper json;

    ProblemAnswers(RequestLog log, Refusals refusals, SpendLimit limit, ObjectMapper json) {
        this.log = log;
        this.refusals = refusals;
        this.limit = limit;
        this.json = json;
    }

    /**
     * The problem's answer, once it may leave.
     *
     * @param exchange null for a path that is not logged
     */
    Uni<Answer> record(Problem problem, @Nullable Exchange exchange) {
        if (exchange == null) {
            return Uni.createFrom().item(answer(problem, null));
        }
        if (!owesCost(problem, exchange)) {
            return log(problem, exchange);
        }
        Supplier<Problem> charge = () -> Objects.requireNonNullElse(limit.spend(exchange), problem);
        return limit.blocks(Objects.requireNonNull(exchange.key)) && !BlockingOperationControl.isBlockingAllowed()
                ? Uni.createFrom()
                        .item(charge)
                        .runSubscriptionOn(Infrastructure.getDefaultExecutor())
                        .flatMap(charged -> log(charged, exchange))
                : log(charge.get(), exchange);
    }

    /** A refusal of a known consumer costs what the operation would have; our own failures and bad keys cost nothing. */
    private static boolean owesCost(Problem problem, Exchange exchange) {
        int status = problem.kind().status();
        return exchange.key != null && exchange.limit == null && status != 401 && status < 500;
    }

    private Uni<Answer> log(Problem problem, Exchange exchange) {
        int status = problem.kind().status();
        String code = problem.kind().code();
        CompletableFuture<Void> shared = Refusals.counts(status) ? refusals.join(exchange, status, code) : null;
        Answer answer = answer(problem, exchange);
        CompletableFuture<Void> durable = shared != null
                ? shared
                : log.append(
                        RequestEntry.of(exchange, status, code, answer.body().length()));
        return Uni.createFrom().completionStage(durable).onItemOrFailure().transform((_, failure) -> {
            exchange.refused = true;
            return failure == null ? answer : unlogged(exchange);
        });
    }

    /** Answers outside JAX-RS, once the answer may leave. */
    Uni<Void> send(RoutingContext context, @Nullable Exchange exchange, Problem problem) {
        NameRoute.of(context, problem.kind().status());
        return record(problem, exchange)
                .invoke(answer -> {
                    HttpServerResponse response = context.response();
                    if (response.closed() || response.ended()) {
                        return;
                    }
                    HangUp.afterAnswer(problem, context);
                    response.setStatusCode(answer.status());
                    answer.headers().forEach(response::putHeader);
                    response.end(Buffer.buffer(answer.body().body()));
                })
                .replaceWithVoid();
    }

    /** What leaves when the log cannot be written: no answer but this one. */
    Answer unlogged(Exchange exchange) {
        Problem problem = new Problem(
                        HttpProblem.LOG_UNAVAILABLE,
                        "The call could not be recorded, so it is not answered. Try again shortly.")
                .withHeader("Retry-After", "2");
        return answer(problem, exchange);
    }

    private Answer answer(Problem problem, @Nullable Exchange exchange) {
        Map<String, String> headers = new LinkedHashMap<>(problem.headers());
        headers.put("Content-Type", MEDIA_TYPE);
        if (exchange != null) {
            headers.putAll(exchange.headers());
        }
        String requestId = exchange == null ? null : exchange.publicId();
        try {
            return new Answer(
                    problem.kind().status(),
                    headers,
                    new Rendered(json.writeValueAsBytes(ProblemBody.of(problem, requestId))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem could not be rendered", e);
        }
    }

    /** The problem inside a failure; a failure that is none of ours is logged and becomes one that says so. */
    static Problem unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause != null) {
            if (cause instanceof Problem problem) {
                return problem;
            }
            if (cause instanceof SQLException sql && Unavailable.is(sql)) {
                return new Problem(
                                HttpProblem.DATABASE_UNAVAILABLE,
                                // Not "nothing was changed": a commit whose confirmation was lost may have counted.
                                "The database cannot be reached. Try again shortly, a change with its Idempotency-Key.")
                        .withHeader("Retry-After", "2");
            }
            cause = cause.getCause();
        }
        LOG.error(
                "A request failed",
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
        return new Problem(HttpProblem.INTERNAL_ERROR, "Something went wrong on our side. The request id names it.");
    }

    /** An answer that may leave. */
    record Answer(int status, Map<String, String> headers, Rendered body) {}
}
