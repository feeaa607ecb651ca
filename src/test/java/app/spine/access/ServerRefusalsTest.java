package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server or the framework would answer by themselves is answered like every other refusal. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ServerRefusalsTest {

    private Academy academy;
    private Academy.TestConsumer consumer;

    @BeforeEach
    void openAcademy() {
        academy = Academy.open();
        consumer = academy.consumer("members:read", "members:write");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE | /v1/members | GET, HEAD, POST",
                "OPTIONS | /v1/members | GET, HEAD, POST",
                "PUT | /v1/members/x | GET, HEAD, PATCH",
                "OPTIONS | /v1/members/x | GET, HEAD, PATCH",
                "TRACE | /v1/consumer | GET, HEAD",
            })
    void namesTheMethodsThatAPathTakes(String method, String path, String allow) {
        RawHttp.Answer answer = RawHttp.request(method, path).as(consumer).send();

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.code()).isEqualTo("method_not_allowed");
        assertThat(answer.header("allow")).isEqualTo(allow);
        assertLogged(answer);
    }

    @Test
    void refusesABodyOverOneMebibyteThatAnnouncesNoLength() {
        String json = "{\"legal_name\":\"" + "a".repeat(LimitBody.MAX_BYTES) + "\"}";
        String chunked = Integer.toHexString(json.length()) + "\r\n" + json + "\r\n0\r\n\r\n";
        RawHttp.Answer answer = new RawHttp.Request("POST", "/v1/members", java.util.List.of(), chunked)
                .as(consumer)
                .with("Content-Type", "application/json")
                .with("Transfer-Encoding", "chunked")
                .send();

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("too_large");
        assertLogged(answer);
        assertNothingWasMade();
    }

    @Test
    void refusesALargeBodyByWhatItAnnouncesAndClosesTheConnection() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("POST /v1/members HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + consumer.bearer()
                                    + "\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n{")
                            .getBytes(StandardCharsets.US_ASCII));
            // Reads to the end, so that it returns only when the server closes.
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("\"code\":\"too_large\"");
        }
        assertNothingWasMade();
    }

    @Test
    void explainsWhyItTakesNoFloodOfHeaders() {
        RawHttp.Request request = RawHttp.request("GET", "/v1/members").as(consumer);
        for (int i = 0; i < 100; i++) {
            request = request.with("X-Flood-" + i, "a".repeat(1_000));
        }
        RawHttp.Answer answer = request.send();

        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.code()).isEqualTo("headers_too_large");
        assertLoggedWithoutTenant(answer);
    }

    @Test
    void survivesAFloodOfHeadersThatItDoesNotEvenRead() throws IOException {
        StringBuilder head = new StringBuilder("GET /v1/members HTTP/1.1\r\nHost: localhost\r\nAuthorization: ");
        head.append(consumer.bearer()).append("\r\n");
        for (int i = 0; i < 300; i++) {
            head.append("X-Flood-").append(i).append(": ").repeat("a", 1_000).append("\r\n");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.setSoTimeout(10_000);
            writeUntilItCloses(socket, head.append("\r\n").toString());
            byte[] start = socket.getInputStream().readNBytes(13);

            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 431 ");
        }
        assertThat(RawHttp.request("GET", "/v1/members").as(consumer).send().status())
                .isEqualTo(200);
    }

    @Test
    void explainsWhyItTakesNoEndlessUri() {
        RawHttp.Answer answer = RawHttp.request("GET", "/v1/members?q=" + "a".repeat(RefuseLargeHead.MAX_URI))
                .as(consumer)
                .send();

        assertThat(answer.status()).isEqualTo(414);
        assertThat(answer.code()).isEqualTo("uri_too_long");
        assertLoggedWithoutTenant(answer);
        assertThat(LoggedRequest.named(answer.header("Request-Id")).path()).isEqualTo("/v1/members");
    }

    @Test
    void explainsWhatABodyLacksThatEndsEarly() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.getOutputStream()
                    .write(("POST /v1/members HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + consumer.bearer()
                                    + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"legal_name\":")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(Academy.query(
                                    "select code from api_requests where tenant_id = ? and status = 400", academy.id()))
                            .containsExactly("malformed_json"));
        }
        assertNothingWasMade();
    }

    private static void writeUntilItCloses(Socket socket, String request) {
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException closed) {
            // What it has answered by then can be read nevertheless.
        }
    }

    private static void assertLoggedWithoutTenant(RawHttp.Answer answer) {
        assertThat(Academy.query(
                        "select status::integer from api_requests where tenant_id = ? and id = ?",
                        new java.util.UUID(0, 0),
                        app.spine.http.TypeId.parse("req", Objects.requireNonNull(answer.header("request-id")))
                                .orElseThrow()))
                .containsExactly(answer.status());
    }

    private void assertLogged(RawHttp.Answer answer) {
        String id = answer.header("request-id");
        assertThat(id).isNotNull();
        assertThat(Academy.query(
                        "select status::integer from api_requests where tenant_id = ? and id = ?",
                        academy.id(),
                        app.spine.http.TypeId.parse("req", id).orElseThrow()))
                .containsExactly(answer.status());
    }

    private void assertNothingWasMade() {
        assertThat(Academy.query("select id from members where tenant_id = ?", academy.id()))
                .isEmpty();
    }
}
