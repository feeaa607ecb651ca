package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.Redaction;
import app.spine.http.Texts;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Refuses query parameters that the operation does not know: a misspelt filter would silently find too much. */
@ApplicationScoped
class CheckParameters {

    @ServerRequestFilter(priority = Step.CHECK_PARAMETERS)
    public void check(ResourceInfo resource, RoutingContext context) {
        Exchange exchange = Exchange.find(context).orElse(null);
        if (exchange != null && exchange.request.query() != null) {
            refuseUnknownParameters(Operation.of(resource.getResourceMethod()), exchange);
        }
    }

    private static void refuseUnknownParameters(Operation operation, Exchange exchange) {
        List<Reason> reasons = new ArrayList<>();
        for (Map.Entry<String, List<String>> parameter : values(exchange).entrySet()) {
            String name = parameter.getKey();
            if (!operation.queryNames().contains(name)) {
                reasons.add(Reason.inParameter(
                        HttpProblem.UNKNOWN_PARAMETER,
                        Redaction.clean(name, 100),
                        operation.queryNames().isEmpty()
                                ? "This operation takes no parameters."
                                : "This operation takes "
                                        + String.join(
                                                ", ",
                                                operation.queryNames().stream()
                                                        .sorted()
                                                        .toList()) + "."));
            }
        }
        if (!reasons.isEmpty()) {
            throw new Problem(
                    HttpProblem.UNKNOWN_PARAMETER, "A misspelt filter would silently find too much.", reasons);
        }
        for (Map.Entry<String, List<String>> parameter : values(exchange).entrySet()) {
            if (parameter.getValue().size() > 1) {
                throw bad(parameter.getKey(), "is given more than once; give it once.");
            }
            // An empty filter would be taken for none and find everything.
            if (parameter.getValue().getFirst().isEmpty()) {
                throw bad(parameter.getKey(), "is empty; give it a value or leave it out.");
            }
            if (!Texts.isStorable(parameter.getValue().getFirst())) {
                throw bad(parameter.getKey(), "holds a NUL or half of a surrogate pair; send text.");
            }
        }
    }

    private static Map<String, List<String>> values(Exchange exchange) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        exchange.request
                .params()
                .forEach(entry -> values.computeIfAbsent(entry.getKey(), name -> new ArrayList<>())
                        .add(entry.getValue()));
        return values;
    }

    private static Problem bad(String name, String what) {
        return new Problem(HttpProblem.BAD_VALUE, Reason.inParameter(HttpProblem.BAD_VALUE, name, name + " " + what));
    }
}
