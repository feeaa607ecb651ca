package app.spine.access;

import app.spine.consumers.LiveKey;
import app.spine.events.CurrentOrigin;
import app.spine.http.GrantedScopes;
import app.spine.http.Problem;
import app.spine.tenancy.CurrentTenant;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.Objects;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Makes the key's tenant the current one and says who acts, once the key and its scope are proven. */
@ApplicationScoped
class EnterTenant {

    private final CurrentTenant currentTenant;
    private final CurrentOrigin origin;
    private final GrantedScopes granted;
    private final NoteKeyUse keyUse;

    EnterTenant(CurrentTenant currentTenant, CurrentOrigin origin, GrantedScopes granted, NoteKeyUse keyUse) {
        this.currentTenant = currentTenant;
        this.origin = origin;
        this.granted = granted;
        this.keyUse = keyUse;
    }

    @ServerRequestFilter(priority = Step.ENTER_TENANT)
    public void enter(ResourceInfo resource, RoutingContext context) {
        Exchange exchange = Exchange.find(context).orElse(null);
        if (exchange == null) {
            return;
        }
        Operation operation = Operation.of(resource.getResourceMethod());
        exchange.operation = operation.id();
        exchange.cost = operation.cost();
        exchange.scopesNeeded = operation.scopes();
        ConsumerIdentity identity =
                Objects.requireNonNull(exchange.caller, "a call without a key passed authentication");
        LiveKey key = identity.key();
        currentTenant.enter(operation.home() ? key.tenant() : key.dataTenant());
        granted.grant(key.scopes());
        origin.identify(identity.actor(), exchange.publicId());
        if (key.suspended()) {
            throw new Problem(
                    AccessProblem.CONSUMER_SUSPENDED, "An owner or admin of the academy can restore the consumer.");
        }
        keyUse.note(exchange, key, operation.id());
    }
}
