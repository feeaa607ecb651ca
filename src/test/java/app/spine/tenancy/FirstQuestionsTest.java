package app.spine.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.http.RedactionRules.Field;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.VertxOptions;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class FirstQuestionsTest {

    @Inject
    @DataSource("probe")
    AgroalDataSource pool;

    @Inject
    Instance<Flyway> flyway;

    /** Who asked, one for each connection. */
    private final List<String> askers = new CopyOnWriteArrayList<>();

    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final CountDownLatch mayConnect = new CountDownLatch(1);

    @Test
    void asksOnceUntilTheSchemaWasMigrated() throws Exception {
        mayConnect.countDown();
        FirstQuestions questions = new FirstQuestions(watched(), false);
        List<Field> first = questions.columns();
        assertThat(first).hasSizeGreaterThan(100);
        assertThat(questions.columns()).isSameAs(first);
        assertThat(askers).hasSize(1);
        new Migrate(questions, flyway).run(new StartupEvent());
        assertThat(questions.columns()).isNotSameAs(first);
        assertThat(askers).hasSize(2);
    }

    @Test
    void asksAheadAndTheStartWaitsForTheAnswers() throws Exception {
        FirstQuestions questions = new FirstQuestions(watched(), true);
        questions.accept(new VertxOptions());
        Awaitility.await().until(() -> askers.equals(List.of("first-questions")));
        FutureTask<List<Field>> start = new FutureTask<>(() -> {
            questions.isMigrated();
            questions.demoTenants();
            return questions.columns();
        });
        Thread thread = Thread.ofPlatform().name("start").start(start);
        Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
        assertThat(start.isDone()).isFalse();
        mayConnect.countDown();
        assertThat(start.get(10, TimeUnit.SECONDS)).hasSizeGreaterThan(100);
        // Each question once, whoever of the two came to the later ones first.
        assertThat(askers).hasSize(3);
    }

    @Test
    void doesNotAskAheadWhereFlywayLooksFirst() throws Exception {
        mayConnect.countDown();
        FirstQuestions questions = new FirstQuestions(watched(), false);
        questions.accept(new VertxOptions());
        assertThat(questions.columns()).isNotEmpty();
        assertThat(askers).containsExactly(Thread.currentThread().getName());
    }

    @Test
    void saysWhyTheDatabaseCouldNotBeAskedAndAsksAnew() throws Exception {
        mayConnect.countDown();
        FirstQuestions questions = new FirstQuestions(watched(), false);
        failure.set(new SQLException("nobody there", "08001"));
        assertThatThrownBy(questions::columns)
                .isInstanceOf(SQLException.class)
                .hasMessage("The database did not say what a start has to know: nobody there")
                .extracting(thrown -> ((SQLException) thrown).getSQLState())
                .isEqualTo("08001");
        failure.set(new ConfigurationException("no URL"));
        questions.forgetSchema();
        assertThatThrownBy(questions::columns)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("no URL");
        failure.set(null);
        questions.forgetSchema();
        assertThat(questions.columns()).isNotEmpty();
    }

    @Test
    void givesTheConnectionBackWithThePatienceOfReadiness() throws Exception {
        mayConnect.countDown();
        int before = patience();
        assertThat(new FirstQuestions(watched(), false).columns()).isNotEmpty();
        assertThat(patience()).isEqualTo(before).isPositive();
    }

    private int patience() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return connection.getNetworkTimeout();
        }
    }

    /** The program's own pool, whose connections are noted, and which fails when it is to. */
    private AgroalDataSource watched() {
        return (AgroalDataSource) Proxy.newProxyInstance(
                AgroalDataSource.class.getClassLoader(),
                new Class<?>[] {AgroalDataSource.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        askers.add(Thread.currentThread().getName());
                        mayConnect.await();
                        Exception wanted = failure.get();
                        if (wanted != null) {
                            throw wanted;
                        }
                    }
                    try {
                        return method.invoke(pool, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
