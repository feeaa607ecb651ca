package app.spine.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/** Runs {@code db/roles.sql}, which is written for psql, with the few things of psql that it uses. */
final class RolesScript {

    /** Gives the superuser's way into a database by its name. */
    interface Databases {
        DataSource named(String database);
    }

    private final Databases databases;
    private final Map<String, String> values;

    RolesScript(Databases databases, Map<String, String> values) {
        this.databases = databases;
        this.values = values;
    }

    void run() throws IOException, SQLException {
        Connection connection = databases.named("postgres").getConnection();
        try {
            StringBuilder statement = new StringBuilder();
            for (String line : script().lines().toList()) {
                if (line.startsWith("--") || line.isBlank()) {
                    continue;
                }
                if (line.startsWith("\\connect ")) {
                    connection.close();
                    connection = databases
                            .named(line.substring("\\connect ".length()).strip())
                            .getConnection();
                } else if (line.equals("\\gexec")) {
                    executeWhatItSelects(connection, filled(statement));
                    statement.setLength(0);
                } else {
                    statement.append(line).append('\n');
                    if (line.endsWith(";")) {
                        execute(connection, filled(statement));
                        statement.setLength(0);
                    }
                }
            }
        } finally {
            connection.close();
        }
    }

    private static String script() throws IOException {
        try (InputStream resource = RolesScript.class.getResourceAsStream("/db/roles.sql")) {
            return new String(Objects.requireNonNull(resource, "db/roles.sql").readAllBytes(), UTF_8);
        }
    }

    private String filled(CharSequence statement) {
        String text = statement.toString();
        for (Map.Entry<String, String> value : values.entrySet()) {
            String literal = "'" + value.getValue().replace("'", "''") + "'";
            text = text.replace(":'" + value.getKey() + "'", literal);
        }
        return text;
    }

    private static void executeWhatItSelects(Connection connection, String query) throws SQLException {
        List<String> selected = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                selected.add(rows.getString(1));
            }
        }
        for (String sql : selected) {
            execute(connection, sql);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
