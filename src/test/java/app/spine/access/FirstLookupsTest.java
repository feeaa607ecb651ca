package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a node asks when many calls come at once with a key that it has not seen. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class FirstLookupsTest {

    private static final int AT_ONCE = 200;
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final CountDownLatch NOTHING = new CountDownLatch(0);

    private static final String ASKING = """
            select count(*) from pg_stat_activity
            where query like '%find_key%' and wait_event_type = 'Lock' and pid <> pg_backend_pid()""";

    @Test
    void refuseNoneOfTwoHundredFirstCallsWithAGoodKey() throws Exception {
        String key = Academy.open().consumer("members:read").key();

        assertThat(whileTheAnswerTakesTime(NOTHING, () -> call(key).sendAtOnce(AT_ONCE)))
                .hasSize(AT_ONCE)
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    }

    @Test
    void areOneForAKeyThatNobodyHas() throws Exception {
        String unknown = KeyText.generate(Environment.LIVE, new SecureRandom());

        assertThat(whileTheAnswerTakesTime(NOTHING, () -> call(unknown).sendAtOnce(AT_ONCE)))
                .hasSize(AT_ONCE)
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(401));
    }

    @Test
    void goOnForTheOthersWhenTheFirstCallerHangsUp() throws Exception {
        String key = Academy.open().consumer("members:read").key();
        CountDownLatch hungUp = new CountDownLatch(1);
        List<Answer> answers = whileTheAnswerTakesTime(hungUp, () -> {
            try (Socket first = new Socket(InetAddress.getLoopbackAddress(), io.restassured.RestAssured.port)) {
                first.getOutputStream()
                        .write(("GET /v1/members HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                awaitOneQuestion();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            hungUp.countDown();
            return call(key).sendAtOnce(10);
        });

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    }

    /**
     * The calls arrive while the first one's question to the database is not answered, and it stays the only one. It is
     * answered after whatever the answer is to come after.
     */
    private static List<Answer> whileTheAnswerTakesTime(CountDownLatch after, Callable<List<Answer>> calls)
            throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection owner = EmbeddedDatabaseResource.connectAsOwner();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("lock table api_keys in access exclusive mode");
            Future<List<Answer>> running = threads.submit(calls);
            awaitOneQuestion();
            Awaitility.await().atMost(SOON).until(() -> after.getCount() == 0);
            Awaitility.await().during(Duration.ofMillis(500)).atMost(SOON).until(() -> asking() == 1);
            owner.rollback();
            return running.get();
        }
    }

    private static void awaitOneQuestion() {
        Awaitility.await().atMost(SOON).until(() -> asking() == 1);
    }

    /** As the superuser, since nobody else sees what other roles ask. */
    private static long asking() throws SQLException {
        try (Connection superuser = EmbeddedDatabaseResource.connectAsSuperuser();
                Statement statement = superuser.createStatement();
                ResultSet row = statement.executeQuery(ASKING)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static RawHttp.Request call(String key) {
        return RawHttp.request("GET", "/v1/members").with("Authorization", "Bearer " + key);
    }
}
