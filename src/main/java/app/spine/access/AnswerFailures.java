package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jspecify.annotations.Nullable;

/** Answers what fails outside JAX-RS, in the server or on the way to an operation, like every other refusal. */
@ApplicationScoped
class AnswerFailures {

    // Ahead of the framework's own handler, which would answer with a page.
    private static final int FIRST = -10_000;

    private final ProblemAnswers answers;
    private final OpenExchange opening;

    AnswerFailures(ProblemAnswers answers, OpenExchange opening) {
        this.answers = answers;
        this.opening = opening;
    }

    void register(@Observes Router router) {
        router.route().order(FIRST).failureHandler(this::answer);
    }

    private void answer(RoutingContext context) {
        if (context.response().headWritten() || context.response().closed()) {
            // Nothing can be said any more; the connection's end says it.
            context.request().connection().close();
            return;
        }
        Exchange exchange = Exchange.find(context).orElse(null);
        Problem problem;
        if (exchange == null && !OpenExchange.isUri(context.request().uri())) {
            // The framework's access log and its dev mode read the path before it is checked.
            exchange = opening.undecoded(context);
            problem = OpenExchange.noUri();
        } else {
            problem = problem(context);
        }
        var _ = answers.send(context, exchange, problem)
                .subscribe()
                .with(sent -> {}, failure -> context.request().connection().close());
    }

    private static Problem problem(RoutingContext context) {
        @Nullable Throwable failure = context.failure();
        int status = failure instanceof HttpException http ? http.getStatusCode() : context.statusCode();
        return switch (status) {
            case 400 -> new Problem(HttpProblem.BAD_VALUE, "The request line or a header cannot be read.");
            case 404 -> Problem.notFound();
            case 405 -> new Problem(HttpProblem.METHOD_NOT_ALLOWED, "Another method may be.");
            case 406 -> new Problem(HttpProblem.NOT_ACCEPTABLE, "Answers are application/json.");
            case 413 ->
                new Problem(HttpProblem.TOO_LARGE, "A body may have 1 MiB. Split what is larger.")
                        .withHeader("Connection", "close");
            case 415 -> new Problem(HttpProblem.UNSUPPORTED_MEDIA_TYPE, "Send JSON in UTF-8.");
            default ->
                ProblemAnswers.unwrap(
                        failure != null ? failure : new IllegalStateException("the server failed with " + status));
        };
    }
}
