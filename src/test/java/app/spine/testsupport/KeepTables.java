package app.spine.testsupport;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Keeps what the tests left in the database, after the last of them. Not when the JVM ends: whichever class loader had
 * started the database is closed by then, and loads nothing more.
 */
public final class KeepTables implements TestExecutionListener {

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (!EmbeddedDatabaseResource.isStarted()) {
            return;
        }
        try (Connection connection = EmbeddedDatabaseResource.connectAsSuperuser()) {
            Evidence.keepTables(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
