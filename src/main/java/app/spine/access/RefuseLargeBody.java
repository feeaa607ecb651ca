package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Refuses a body that says it is too large as every other refusal: logged first, and with problem details. */
@ApplicationScoped
class RefuseLargeBody {

    // Quarkus authorises at 100; at 2 it refuses large bodies itself, with an empty answer that no log knows.
    private static final int AFTER_AUTHORIZATION = 50;

    private final ProblemAnswers answers;
    private final long maxBytes;

    RefuseLargeBody(
            ProblemAnswers answers,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBodySize) {
        this.answers = answers;
        this.maxBytes = maxBodySize.asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, AFTER_AUTHORIZATION);
    }

    private void check(RoutingContext context) {
        Exchange exchange = Exchange.find(context).orElse(null);
        if (exchange == null || announced(context) <= maxBytes) {
            context.next();
            return;
        }
        Problem problem = new Problem(HttpProblem.TOO_LARGE, "A body may have 1 MiB.");
        // Nobody reads the body, so the connection cannot carry another request.
        boolean closes = context.request().version() != HttpVersion.HTTP_2;
        answers.send(context, exchange, closes ? problem.withHeader("Connection", "close") : problem)
                .subscribe()
                .with(done -> {}, context::fail);
    }

    private static long announced(RoutingContext context) {
        String length = context.request().getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            // The HTTP codec refuses it.
            return 0;
        }
    }
}
