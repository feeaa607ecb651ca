package app.spine.access;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Refuses a body that says it is too large as every other refusal: logged first, and with problem details. */
@ApplicationScoped
class RefuseLargeBody {

    // Quarkus authorises at 100; at 2 it refuses large bodies itself, with an empty answer that no log knows.
    private static final int AFTER_AUTHORIZATION = 50;

    private final ProblemAnswers answers;

    RefuseLargeBody(ProblemAnswers answers) {
        this.answers = answers;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, AFTER_AUTHORIZATION);
    }

    private void check(RoutingContext context) {
        Exchange exchange = Exchange.find(context).orElse(null);
        if (exchange == null || announced(context) <= LimitBody.MAX_BYTES) {
            context.next();
            return;
        }
        answers.send(context, exchange, LimitBody.tooLarge()).subscribe().with(done -> {}, context::fail);
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
