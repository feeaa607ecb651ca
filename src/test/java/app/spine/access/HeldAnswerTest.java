package app.spine.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Answers that are ready while their rows are not. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class HeldAnswerTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final Academy academy = Academy.open();
    private final Academy.TestConsumer consumer = academy.consumer("members:read");

    @Inject
    RequestLog log;

    @Test
    void leavesOnlyWhenItsRowIsDurable() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> answers = new ArrayList<>();
            try (Connection held = holdUp()) {
                for (int i = 0; i < 20; i++) {
                    answers.add(callers.submit(this::get));
                }
                awaitRows(20);
                // An answer that did not wait for its row would be here by then.
                Thread.sleep(200);
                assertThat(answers).noneMatch(Future::isDone);
                held.rollback();
            }
            for (Future<Response> answer : answers) {
                assertThat(LoggedRequest.of(answer.get()).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void isReplacedWhenItsRowIsNotDurableInTime() throws Exception {
        try (Connection held = LogEntries.holdUp()) {
            Response answer = get();
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.contentType()).isEqualTo("application/problem+json");
            assertThat(answer.<String>path("code")).isEqualTo("log_unavailable");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(Integer.parseInt(answer.header("Content-Length"))).isEqualTo(answer.asByteArray().length);
            held.rollback();
        }
        assertThat(LoggedRequest.of(get()).status()).isEqualTo(200);
    }

    @Test
    void hasItsRowAlsoWhenTheCallerHungUpMeanwhile() throws Exception {
        try (Connection held = holdUp()) {
            for (int i = 1; i <= 5; i++) {
                callAndHangUp(i);
            }
            held.rollback();
        }
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(Academy.query(
                                "select id from api_requests where tenant_id = ? and status = 200", academy.id()))
                        .hasSize(5));
        assertThat(LoggedRequest.of(get()).status()).isEqualTo(200);
    }

    /** Holds up the writer in the middle of a commit, so that each row that follows waits in the queue. */
    private Connection holdUp() throws SQLException {
        Connection held = LogEntries.holdUp();
        assertThat(log.append(new LogEntries(Academy.open().id()).good())).isNotDone();
        awaitRows(0);
        return held;
    }

    private void awaitRows(int waiting) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> log.backlog() == waiting);
    }

    private void callAndHangUp(int waiting) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.getOutputStream()
                    .write(("GET /v1/consumer HTTP/1.1\r\nHost: spine\r\nAuthorization: " + consumer.bearer()
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            // By then the operation is done.
            awaitRows(waiting);
        }
    }

    private Response get() {
        return given().header("Authorization", consumer.bearer()).get("/v1/consumer");
    }
}
