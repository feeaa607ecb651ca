package app.spine.tenancy;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tenant of the current request or job. It starts with none and is entered once. */
@RequestScoped
public class CurrentTenant {

    private @Nullable Tenant tenant;

    /**
     * Makes this the tenant of everything that follows in the request or job.
     *
     * @throws IllegalStateException when another tenant was entered before: one piece of work has one tenant
     */
    public void enter(Tenant entered) {
        if (tenant != null && !tenant.equals(entered)) {
            throw new IllegalStateException("the current work already belongs to another tenant");
        }
        tenant = entered;
    }

    /** The tenant, or empty before one was entered. */
    public Optional<Tenant> find() {
        return Optional.ofNullable(tenant);
    }

    /**
     * The tenant.
     *
     * @throws IllegalStateException before one was entered
     */
    public Tenant require() {
        if (tenant == null) {
            throw new IllegalStateException("no tenant was entered");
        }
        return tenant;
    }
}
