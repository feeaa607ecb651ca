package app.spine.tenancy;

import app.spine.http.RedactionRules.Field;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What a start asks the database before anything begins, asked once, on the connection that readiness asks on later. Where
 * the migrations are compiled in, it asks while Hibernate is set up, which takes longer: Vert.x is made before that, and
 * its options are the first that a start asks a bean about. They stay as they are.
 */
@ApplicationScoped
class FirstQuestions implements VertxOptionsCustomizer {

    private final AgroalDataSource dataSource;
    private volatile FutureTask<Answers> asked = new FutureTask<>(this::ask);

    FirstQuestions(@DataSource("probe") AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * What the database said.
     *
     * @param migrated whether it has all migrations that are compiled in; false where none are
     * @param role what the program may do there, and what is promised to it
     */
    record Answers(boolean migrated, DatabaseRole role, List<Field> columns) {}

    @Override
    public void accept(VertxOptions options) {
        if (CompiledMigrations.exist()) {
            Thread.ofPlatform().name("first-questions").daemon(true).start(asked);
        }
    }

    /**
     * Blocks until the database has answered.
     *
     * @throws SQLException when it could not be asked
     * @throws RuntimeException what is wrong with the configuration, as it was found
     */
    Answers answers() throws SQLException, InterruptedException {
        FutureTask<Answers> task = asked;
        // By this thread, unless another one has begun.
        task.run();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw new SQLException("The database did not say what a start has to know", e.getCause());
        }
    }

    /** Forgets what it said: it was changed since. */
    void askAgain() {
        asked = new FutureTask<>(this::ask);
    }

    private Answers ask() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return new Answers(
                    CompiledMigrations.exist() && CompiledMigrations.areApplied(connection),
                    DatabaseRole.read(connection),
                    RefuseUndeclaredColumns.read(connection));
        }
    }
}
