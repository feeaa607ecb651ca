package app.spine.tenancy;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import javax.sql.DataSource;

/** The one place where a transaction begins: it enters the current tenant before any other statement. */
@ApplicationScoped
public class TenantTransaction {

    // A request that works longer than this holds locks that others wait for; nothing the API does takes a second.
    private static final int TIMEOUT_SECONDS = 15;

    private final CurrentTenant currentTenant;
    private final DataSource dataSource;

    TenantTransaction(CurrentTenant currentTenant, DataSource dataSource) {
        this.currentTenant = currentTenant;
        this.dataSource = dataSource;
    }

    /**
     * Does the work in a new transaction of the current tenant and commits; rolls back when the work throws.
     *
     * @throws IllegalStateException when no tenant was entered
     */
    public <T> T call(Callable<T> work) {
        Tenant tenant = currentTenant.require();
        return QuarkusTransaction.requiringNew().timeout(TIMEOUT_SECONDS).call(() -> {
            enter(tenant);
            return work.call();
        });
    }

    private void enter(Tenant tenant) throws SQLException {
        // Agroal hands out the transaction's own connection here, the one Hibernate will use.
        try (Connection connection = dataSource.getConnection()) {
            RowLevelSecurity.enter(connection, tenant);
        }
    }
}
