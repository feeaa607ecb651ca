package app.spine.tenancy;

import app.spine.http.RedactionRules;
import app.spine.http.RedactionRules.Field;
import app.spine.http.UndeclaredFieldException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Ends the start when a column looks sensitive and nobody declared what it holds. */
@ApplicationScoped
class RefuseUndeclaredColumns {

    // Bytes and network addresses are looked at whatever their name.
    private static final String COLUMNS = """
            select c.relname, a.attname, a.atttypid in ('bytea'::regtype, 'inet'::regtype, 'cidr'::regtype)
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
                and a.attnum > 0 and not a.attisdropped and c.relname <> 'flyway_schema_history'
            order by 1, 2""";

    private final FirstQuestions questions;
    private final RedactionRules rules;

    RefuseUndeclaredColumns(FirstQuestions questions, RedactionRules rules) {
        this.questions = questions;
        this.rules = rules;
    }

    /** @throws UndeclaredFieldException Quarkus prints its message alone and ends with exit code 1 */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 1) StartupEvent event)
            throws SQLException, InterruptedException {
        rules.requireDeclared(questions.columns());
    }

    /** Every column of every table. */
    static List<Field> read(Connection connection) throws SQLException {
        List<Field> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                columns.add(new Field(row.getString(1), row.getString(2), row.getBoolean(3)));
            }
        }
        return columns;
    }
}
