package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A body has a time to arrive in, whether it stalls or trickles; whoever exceeds it is told so and holds nothing. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SlowBodyTest.Impatient.class)
class SlowBodyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private Academy academy;
    private Academy.TestConsumer consumer;

    @BeforeEach
    void openAcademy() {
        academy = Academy.open();
        consumer = academy.consumer("members:read", "members:write");
    }

    @Test
    void answersABodyThatStalls() throws IOException {
        assertRefused(out -> {});
    }

    @Test
    void answersABodyThatTrickles() throws IOException {
        assertRefused(out -> {
            // Never silent for longer than a tenth of the time that it has.
            for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; ) {
                out.write('a');
                out.flush();
                Thread.sleep(PATIENCE.dividedBy(10));
            }
        });
    }

    @Test
    void letsABodyTakeItsTimeWithinReason() throws IOException, InterruptedException {
        String body = "{\"legal_name\":\"Slow but Steady\"}";
        try (Socket socket = open("POST /v1/members", body.length())) {
            OutputStream out = socket.getOutputStream();
            out.write(body.substring(0, 10).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Thread.sleep(PATIENCE.dividedBy(16));
            out.write(body.substring(10).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            byte[] start = socket.getInputStream().readNBytes(13);

            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 201 ");
        }
    }

    private interface Sender {
        void send(OutputStream out) throws IOException, InterruptedException;
    }

    private void assertRefused(Sender rest) throws IOException {
        long began = System.nanoTime();
        try (Socket socket = open("POST /v1/members", 1_000)) {
            OutputStream out = socket.getOutputStream();
            out.write("{\"legal_name\":\"".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            rest.send(out);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("\"code\":\"request_timeout\"");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
        assertThat(Academy.query(
                        "select code from api_requests where tenant_id = ? and status = 408 and consumer_id is not null",
                        academy.id()))
                .containsExactly("request_timeout");
        assertThat(Academy.query("select id from members where tenant_id = ?", academy.id()))
                .isEmpty();
        assertThat(RawHttp.request("GET", "/v1/members").as(consumer).send().status())
                .isEqualTo(200);
    }

    private Socket open(String request, int length) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
        socket.setSoTimeout(15_000);
        socket.getOutputStream()
                .write((request + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + consumer.bearer()
                                + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** With little time. */
    public static class Impatient implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("spine.access.body-patience", PATIENCE.toString());
        }
    }
}
