package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses OPTIONS, which only browsers ask before calling from another origin, and no browser calls the API. The
 * framework would answer it past the log.
 */
@ApplicationScoped
class RefuseOptions {

    // Behind authorisation (100), so that nobody without a key learns what a path takes.
    private static final int AFTER_AUTHORIZATION = 60;

    private final ProblemAnswers answers;
    private final AllowedMethods allowed;

    RefuseOptions(ProblemAnswers answers, AllowedMethods allowed) {
        this.answers = answers;
        this.allowed = allowed;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, AFTER_AUTHORIZATION);
    }

    private void check(RoutingContext context) {
        Exchange exchange = Exchange.find(context).orElse(null);
        if (exchange == null || !context.request().method().equals(HttpMethod.OPTIONS)) {
            context.next();
            return;
        }
        Problem problem = allowed.find(context.normalizedPath())
                .map(RefuseOptions::notAllowed)
                .orElseGet(Problem::notFound);
        answers.send(context, exchange, problem).subscribe().with(sent -> {}, context::fail);
    }

    /** The refusal of a method, naming those that the path takes. */
    static Problem notAllowed(String methods) {
        return new Problem(HttpProblem.METHOD_NOT_ALLOWED, "It takes " + methods + ".").withHeader("Allow", methods);
    }
}
