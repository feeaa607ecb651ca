package app.spine.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Answers that are ready while their rows are not. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(HeldAnswerTest.ShortPatience.class)
class HeldAnswerTest {

    private final Academy academy = Academy.open();
    private final Academy.TestConsumer consumer = academy.consumer("members:read");

    /** A row is waited for two seconds instead of five. */
    public static class ShortPatience implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("spine.access.log-patience", "PT2S");
        }
    }

    @Test
    void leavesOnlyWhenItsRowIsDurable() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> answers = new ArrayList<>();
            try (Connection held = LogEntries.holdUp()) {
                for (int i = 0; i < 20; i++) {
                    answers.add(callers.submit(this::get));
                }
                for (Future<Response> answer : answers) {
                    assertThatThrownBy(() -> answer.get(40, TimeUnit.MILLISECONDS))
                            .isInstanceOf(TimeoutException.class);
                }
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
        try (Connection held = LogEntries.holdUp()) {
            for (int i = 0; i < 5; i++) {
                hangUp();
            }
            held.rollback();
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(Academy.query(
                                "select id from api_requests where tenant_id = ? and status = 200", academy.id()))
                        .hasSize(5));
        assertThat(LoggedRequest.of(get()).status()).isEqualTo(200);
    }

    private void hangUp() throws IOException, InterruptedException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.getOutputStream()
                    .write(("GET /v1/consumer HTTP/1.1\r\nHost: spine\r\nAuthorization: " + consumer.bearer()
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            // Long enough for the operation, which takes a few milliseconds.
            Thread.sleep(100);
        }
    }

    private Response get() {
        return given().header("Authorization", consumer.bearer()).get("/v1/consumer");
    }
}
