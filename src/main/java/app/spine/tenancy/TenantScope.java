package app.spine.tenancy;

import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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

    /**
     * The same on a thread of its own, for who is inside a request or a scheduled method, whose own tenant stays as it is.
     * Blocks until the work is done.
     *
     * @throws IllegalStateException when the work failed with a checked exception, its cause
     */
    public <T> T callApart(Tenant tenant, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(() -> call(tenant, work));
        Thread.ofVirtual().name("tenant-scope").start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("work of a tenant failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a tenant's work was done", e);
        }
    }
}
