package app.spine.tenancy;

import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Callable;

/** How a job enters a tenant: explicitly, for one piece of work, starting with none. */
@ApplicationScoped
public class TenantScope {

    private final CurrentTenant currentTenant;
    private final TenantTransaction transaction;

    TenantScope(CurrentTenant currentTenant, TenantTransaction transaction) {
        this.currentTenant = currentTenant;
        this.transaction = transaction;
    }

    /**
     * Does the work in a request context of its own and in one transaction of the tenant.
     *
     * @throws IllegalStateException when called from within a request, whose tenant it would have to change
     */
    public <T> T call(Tenant tenant, Callable<T> work) {
        ManagedContext context = Arc.container().requestContext();
        if (context.isActive()) {
            throw new IllegalStateException("a tenant scope is for jobs; a request has its tenant already");
        }
        context.activate();
        try {
            currentTenant.enter(tenant);
            return transaction.call(work);
        } finally {
            context.terminate();
        }
    }
}
