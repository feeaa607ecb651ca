package app.spine.tenancy;

import java.sql.SQLException;

/** Whether a failure says that the database cannot be used now, rather than that it refused what it was asked. */
public final class Unavailable {

    private Unavailable() {}

    /** Classes 08 (connection), 53 (resources), 57 (operator intervention), 58 (system), and a pool that gave none. */
    public static boolean is(SQLException failure) {
        String state = failure.getSQLState();
        return state == null
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.startsWith("58");
    }
}
