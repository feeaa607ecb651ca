package app.spine.tenancy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The statement by which a database session enters a tenant, for the length of one transaction. */
public final class RowLevelSecurity {

    /**
     * Takes the tenant's id. In a transaction it holds until that ends. In front of another statement, in one
     * prepared statement outside any transaction, it holds for the two of them only, since both run in one implicit
     * transaction: the way a single hot read saves three round trips. The
     * parameter has a type, because pgjdbc sends what it had to ask the type of only after a round trip of its own, which
     * would also end the implicit transaction.
     */
    public static final String ENTER = "select set_config('spine.tenant', ?::uuid::text, true)";

    private RowLevelSecurity() {}

    /** Enters the tenant until the connection's current transaction ends. */
    public static void enter(Connection connection, Tenant tenant) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "a tenant is entered inside a transaction; outside it would be lost at once");
        }
        try (PreparedStatement statement = connection.prepareStatement(ENTER)) {
            statement.setObject(1, tenant.id());
            statement.execute();
        }
    }
}
