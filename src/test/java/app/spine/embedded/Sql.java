package app.spine.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One statement on a connection of its own. */
final class Sql {

    private Sql() {}

    static Connection asOwner(EmbeddedDatabase database) throws SQLException {
        return connect(database, "quarkus.flyway");
    }

    static Connection asApp(EmbeddedDatabase database) throws SQLException {
        return connect(database, "quarkus.datasource");
    }

    private static Connection connect(EmbeddedDatabase database, String prefix) throws SQLException {
        Map<String, String> properties = database.properties();
        return DriverManager.getConnection(
                database.jdbcUrl(), properties.get(prefix + ".username"), properties.get(prefix + ".password"));
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Each row's columns with blanks between them. */
    static List<String> query(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> columns = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    columns.add(result.getString(column));
                }
                rows.add(String.join(" ", columns));
            }
        }
        return rows;
    }
}
