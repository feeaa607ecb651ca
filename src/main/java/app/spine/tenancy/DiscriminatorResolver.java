package app.spine.tenancy;

import io.quarkus.arc.Arc;
import io.quarkus.hibernate.orm.PersistenceUnitExtension;
import io.quarkus.hibernate.orm.runtime.tenant.TenantResolver;
import jakarta.enterprise.context.ApplicationScoped;

/** Tells Hibernate the tenant whose rows a session may touch. */
@ApplicationScoped
@PersistenceUnitExtension
class DiscriminatorResolver implements TenantResolver {

    private final CurrentTenant currentTenant;

    DiscriminatorResolver(CurrentTenant currentTenant) {
        this.currentTenant = currentTenant;
    }

    @Override
    public String getDefaultTenantId() {
        return Tenant.NOBODY.id().toString();
    }

    @Override
    public String resolveTenantId() {
        if (!Arc.container().requestContext().isActive()) {
            return getDefaultTenantId();
        }
        return currentTenant.find().orElse(Tenant.NOBODY).id().toString();
    }
}
