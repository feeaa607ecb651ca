package app.spine.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.EmbeddedDatabaseResource;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.VertxOptions;
import jakarta.inject.Inject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class FirstQuestionsTest {

    @Inject
    @DataSource("probe")
    AgroalDataSource pool;

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    @Test
    void asksOnceUntilSomethingChanged() throws Exception {
        FirstQuestions questions = new FirstQuestions(watched());
        FirstQuestions.Answers first = questions.answers();
        assertThat(first.role().name()).isEqualTo("spine_app");
        assertThat(first.role().power()).isNull();
        assertThat(first.role().version()).isGreaterThanOrEqualTo(150_000);
        assertThat(first.columns()).hasSizeGreaterThan(100);
        assertThat(questions.answers()).isSameAs(first);
        assertThat(connections).hasValue(1);
        questions.askAgain();
        assertThat(questions.answers()).isNotSameAs(first);
        assertThat(connections).hasValue(2);
    }

    @Test
    void doesNotAskAheadWhereFlywayLooksFirst() throws Exception {
        FirstQuestions questions = new FirstQuestions(watched());
        questions.accept(new VertxOptions());
        assertThat(questions.answers().migrated()).isFalse();
        assertThat(connections).hasValue(1);
    }

    @Test
    void saysWhyTheDatabaseCouldNotBeAskedAndAsksAnew() throws Exception {
        FirstQuestions questions = new FirstQuestions(watched());
        failure.set(new SQLException("nobody there", "08001"));
        assertThatThrownBy(questions::answers)
                .isInstanceOf(SQLException.class)
                .hasMessage("The database did not say what a start has to know")
                .hasRootCauseMessage("nobody there");
        failure.set(new ConfigurationException("no URL"));
        questions.askAgain();
        assertThatThrownBy(questions::answers)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("no URL");
        failure.set(null);
        questions.askAgain();
        assertThat(questions.answers().columns()).isNotEmpty();
    }

    /** The program's own pool, whose connections are counted, and which fails when it is to. */
    private AgroalDataSource watched() {
        return (AgroalDataSource) Proxy.newProxyInstance(
                AgroalDataSource.class.getClassLoader(),
                new Class<?>[] {AgroalDataSource.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        connections.incrementAndGet();
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
