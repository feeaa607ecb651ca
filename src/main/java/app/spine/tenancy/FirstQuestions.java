package app.spine.tenancy;

import app.spine.http.RedactionRules.Field;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * What a start asks about the database before anything begins, on the connection that readiness asks on later: each once,
 * and what a migration could change again after it. Where the migrations are compiled in, it asks while Hibernate is set up,
 * which takes longer: Vert.x is made before that, and its options are the first that a start asks a bean about. They stay as
 * they are.
 */
@ApplicationScoped
class FirstQuestions implements VertxOptionsCustomizer {

    // Longer than readiness waits: a server that is slow for a moment must not end the start.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AgroalDataSource dataSource;
    private final boolean ahead;
    private final FutureTask<Boolean> migrated = new FutureTask<>(() -> ask(CompiledMigrations::areApplied));
    private volatile FutureTask<List<Field>> columns = columnsUnasked();
    private volatile FutureTask<List<String>> demoTenants = demoTenantsUnasked();

    @Inject
    FirstQuestions(@DataSource("probe") AgroalDataSource dataSource) {
        this(dataSource, CompiledMigrations.exist());
    }

    FirstQuestions(AgroalDataSource dataSource, boolean ahead) {
        this.dataSource = dataSource;
        this.ahead = ahead;
    }

    @FunctionalInterface
    private interface Question<T> {

        T ask(Connection connection) throws SQLException;
    }

    @Override
    public void accept(VertxOptions options) {
        if (ahead) {
            Thread.ofPlatform().name("first-questions").daemon(true).start(this::askAhead);
        }
    }

    private void askAhead() {
        migrated.run();
        columns.run();
        // Of a schema that is not made yet, the server would log an error.
        if (migrated.state() == Future.State.SUCCESS && migrated.resultNow()) {
            demoTenants.run();
        }
    }

    /**
     * Whether the database has all migrations that are compiled in. Blocks until it has answered.
     *
     * @throws SQLException when it could not be asked
     * @throws RuntimeException what is wrong with the configuration, as it was found
     */
    boolean isMigrated() throws SQLException, InterruptedException {
        return answer(migrated);
    }

    /**
     * Every column of every table. Blocks until the database has answered.
     *
     * @throws SQLException when it could not be asked
     * @throws RuntimeException what is wrong with the configuration, as it was found
     */
    List<Field> columns() throws SQLException, InterruptedException {
        return answer(columns);
    }

    /**
     * The slugs of the demo's academies that the database holds, which has to be migrated. Blocks until it has answered.
     *
     * @throws SQLException when it could not be asked
     * @throws RuntimeException what is wrong with the configuration, as it was found
     */
    List<String> demoTenants() throws SQLException, InterruptedException {
        // Not at the same time as the other question, since there is one connection.
        answer(columns);
        return answer(demoTenants);
    }

    /** Forgets what the database said of the schema and what is in it: it was migrated. */
    void forgetSchema() {
        columns = columnsUnasked();
        demoTenants = demoTenantsUnasked();
    }

    private FutureTask<List<Field>> columnsUnasked() {
        return new FutureTask<>(() -> ask(RefuseUndeclaredColumns::read));
    }

    private FutureTask<List<String>> demoTenantsUnasked() {
        return new FutureTask<>(() -> ask(DemoTenants::read));
    }

    private static <T> T answer(FutureTask<T> question) throws SQLException, InterruptedException {
        // By this thread, unless another one has begun.
        question.run();
        try {
            return question.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case SQLException cause ->
                    throw new SQLException(
                            "The database did not say what a start has to know: " + cause.getMessage(),
                            cause.getSQLState(),
                            cause);
                case null, default -> throw new SQLException("The database could not be asked", e);
            }
        }
    }

    private <T> T ask(Question<T> question) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            int readiness = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
            try {
                return question.ask(connection);
            } finally {
                if (!connection.isClosed()) {
                    connection.setNetworkTimeout(Runnable::run, readiness);
                }
            }
        }
    }
}
