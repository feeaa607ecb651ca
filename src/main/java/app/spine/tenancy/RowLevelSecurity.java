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

    /**
     * The rows of a select in a tenant that the same statement enters: one less for the database to start and to end than
     * {@link #ENTER} in front of it. The tenant's id is the first parameter, before those of the select. It is entered
     * before the select looks for its first row, because the outer side of a left join to a lateral subquery cannot be
     * moved. A select that finds nothing gives one row of nulls.
     */
    static String entering(String select) {
        return "select found.* from (select set_config('spine.tenant', ?::uuid::text, true)) as entered"
                + " left join lateral (" + select + ") as found on true";
    }

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
