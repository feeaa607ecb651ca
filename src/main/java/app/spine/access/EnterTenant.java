package app.spine.access;

import app.spine.consumers.LiveKey;
import app.spine.events.Actor;
import app.spine.events.CurrentOrigin;
import app.spine.http.GrantedScopes;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.TypeId;
import app.spine.tenancy.CurrentTenant;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Makes the key's tenant the current one and says who acts, once the key and its scope are proven. */
@ApplicationScoped
class EnterTenant {

    private final CurrentTenant currentTenant;
    private final CurrentOrigin origin;
    private final GrantedScopes granted;

    EnterTenant(CurrentTenant currentTenant, CurrentOrigin origin, GrantedScopes granted) {
        this.currentTenant = currentTenant;
        this.origin = origin;
        this.granted = granted;
    }

    @ServerRequestFilter
    public void enter(ResourceInfo resource, RoutingContext context) {
        Exchange exchange = Exchange.find(context).orElse(null);
        if (exchange == null) {
            return;
        }
        Operation operation = Operation.of(resource.getResourceMethod());
        exchange.operation = operation.id();
        LiveKey key = Objects.requireNonNull(exchange.key, "a call without a key passed authentication");
        currentTenant.enter(operation.home() ? key.tenant() : key.dataTenant());
        granted.grant(key.scopes());
        origin.identify(
                new Actor(
                        Actor.Kind.CONSUMER,
                        TypeId.format("consumer", key.consumerId()),
                        TypeId.format("key", key.keyId())),
                exchange.publicId());
        if (key.suspended()) {
            throw new Problem(
                    AccessProblem.CONSUMER_SUSPENDED, "An owner or admin of the academy can restore the consumer.");
        }
        if (exchange.request.query() != null) {
            refuseUnknownParameters(operation, exchange);
        }
    }

    private static void refuseUnknownParameters(Operation operation, Exchange exchange) {
        List<Reason> reasons = new java.util.ArrayList<>();
        for (Map.Entry<String, List<String>> parameter : values(exchange).entrySet()) {
            String name = parameter.getKey();
            if (!operation.queryNames().contains(name)) {
                reasons.add(Reason.inParameter(
                        HttpProblem.UNKNOWN_PARAMETER,
                        app.spine.http.Redaction.clean(name, 100),
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
            if (!app.spine.http.Texts.isStorable(parameter.getValue().getFirst())) {
                throw bad(parameter.getKey(), "holds a NUL or half of a surrogate pair; send text.");
            }
        }
    }

    private static Map<String, List<String>> values(Exchange exchange) {
        Map<String, List<String>> values = new java.util.LinkedHashMap<>();
        exchange.request
                .params()
                .forEach(entry -> values.computeIfAbsent(entry.getKey(), name -> new java.util.ArrayList<>())
                        .add(entry.getValue()));
        return values;
    }

    private static Problem bad(String name, String what) {
        return new Problem(HttpProblem.BAD_VALUE, Reason.inParameter(HttpProblem.BAD_VALUE, name, name + " " + what));
    }
}
