package app.spine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.Load.Answer;
import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.Forwarder;
import app.spine.testsupport.PackagedProgram;
import app.spine.testsupport.Stopwatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever stops the program, as Docker does by SIGTERM, cuts no call off. */
@Timeout(300)
class DrainIT {

    /** After this Docker kills. */
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(10);

    /** {@code quarkus.shutdown.delay}: how long it goes on before the port is closed. */
    private static final Duration DELAY = Duration.ofSeconds(4);

    private static final Duration WITHIN = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private ExternalServer server;

    @BeforeEach
    void startServer() {
        server = ExternalServer.start(directory.resolve(".spine"));
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void answersAndLogsWhateverItAccepts() throws Exception {
        Map<String, String> environment = environment();
        environment.putAll(ExternalServer.PATIENCE);
        try (PackagedProgram program = PackagedProgram.startReady(directory, environment);
                Load load = Load.start(program.uri("/"), Load.Keys.ofDemo(directory))) {
            await("load").atMost(WITHIN).until(() -> load.answers().size() > 1_000);
            long toldNanos = System.nanoTime();
            Stopwatch stopwatch = Stopwatch.start();
            program.askToStop();
            await("not ready")
                    .atMost(DELAY)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> program.status("/health/ready") == 503 && program.status("/health/live") == 200);
            assertThat(stopwatch.elapsed()).isLessThan(Duration.ofSeconds(2));
            program.awaitExit();
            assertThat(stopwatch.elapsed()).isLessThan(STOPPED_WITHIN);
            await("the end of all clients")
                    .atMost(WITHIN)
                    .until(() -> load.failures().size() == Load.CLIENTS);

            long closedNanos = load.failures().stream()
                    .filter(failure -> failure.cause() instanceof ConnectException)
                    .mapToLong(Load.Failure::failedNanos)
                    .min()
                    .orElseThrow();
            assertThat(Duration.ofNanos(closedNanos - toldNanos))
                    .as("the port is open until the delay is over")
                    .isGreaterThanOrEqualTo(DELAY.minusMillis(500));
            assertThat(load.failures())
                    .as(
                            "what got no answer found the port closed, or had just been taken by the system when it closed, of"
                                    + " which the program knows nothing: the rows are counted below")
                    .allMatch(failure -> failure.cause() instanceof ConnectException
                            || failure.askedNanos()
                                    > closedNanos - Duration.ofSeconds(2).toNanos());
            List<Answer> answers = load.answers();
            assertThat(answers)
                    .filteredOn(answer -> answer.status() != answer.call().status && answer.status() != 429)
                    .isEmpty();
            assertThat(answers.stream().filter(answer -> answer.askedNanos() - toldNanos > 2_000_000_000L))
                    .as("answers to calls that came two seconds after the signal")
                    .isNotEmpty();
            assertThat(program.output()).doesNotContain("ERROR", "Exception");
            await("no lease outlives the program").until(server::hasNoCallers);
            Trail.read(directory).proves(answers);
            // The demo brings a log of earlier days, whose calls came from elsewhere.
            assertThat(server.select("select sum(count) from api_requests where address = '127.0.0.1'"))
                    .as("calls that were begun, each of which got its answer")
                    .isEqualTo(Integer.toString(answers.size()));
        }
    }

    @Test
    void endsInTimeWhileTheDatabaseHangsAndSaysOfNothingThatItWasDoneUnlessItIsLogged() throws Exception {
        Map<String, String> environment = environment();
        URI real = URI.create(Objects.requireNonNull(environment.get("QUARKUS_DATASOURCE_JDBC_URL"))
                .substring("jdbc:".length()));
        int port = Forwarder.freePort();
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:" + port + real.getPath());
        Forwarder way = Forwarder.open(port, real.getPort());
        try (PackagedProgram program = PackagedProgram.startReady(directory, environment);
                Load load = Load.start(program.uri("/"), Load.Keys.ofDemo(directory))) {
            await("load").atMost(WITHIN).until(() -> load.answers().size() > 1_000);
            way.hang();
            Stopwatch stopwatch = Stopwatch.start();
            program.askToStop();
            program.awaitExit();
            assertThat(stopwatch.elapsed()).as(program.output()).isLessThan(STOPPED_WITHIN);
            await("the end of all clients")
                    .atMost(WITHIN)
                    .until(() -> load.failures().size() == Load.CLIENTS);
            way.close();
            await("the end of what the database was doing").atMost(WITHIN).until(server::hasNoCallers);

            List<Answer> answers = load.answers();
            assertThat(answers)
                    .filteredOn(answer -> answer.status() != answer.call().status && answer.status() != 429)
                    .isNotEmpty()
                    .allMatch(answer -> answer.status() == 503);
            assertThat(program.output())
                    .containsPattern("The request log (cannot be written|stops before the database has answered)");
            Trail.read(directory)
                    .proves(answers.stream()
                            .filter(answer -> answer.status() != 503)
                            .toList());
        } finally {
            way.close();
        }
    }

    @Test
    void awaitsACallThatIsUnderWay() throws Exception {
        Map<String, String> environment = environment();
        environment.put("QUARKUS_SHUTDOWN_TIMEOUT", "30s");
        try (PackagedProgram program = PackagedProgram.startReady(directory, environment);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), program.port())) {
            socket.setSoTimeout((int) WITHIN.toMillis());
            String body = "{\"legal_name\": \"Slow\", \"date_of_birth\": \"1990-01-01\"}";
            OutputStream out = socket.getOutputStream();
            send(out, """
                    POST /v1/members HTTP/1.1\r
                    Host: spine\r
                    Authorization: Bearer %s\r
                    Content-Type: application/json\r
                    Content-Length: %d\r
                    \r
                    """.formatted(Load.Keys.ofDemo(directory).everything(), body.length()));
            send(out, body.substring(0, 10));
            program.askToStop();
            await("a closed port")
                    .atMost(STOPPED_WITHIN)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> program.status("/health/live") == 0);
            assertThat(program.hasEnded()).isFalse();
            send(out, body.substring(10));
            assertThat(read(socket.getInputStream())).startsWith("HTTP/1.1 201 ");
            program.awaitExit();
        }
    }

    @Test
    void endsAtOnceWhereNoDelayIsSet() throws Exception {
        Map<String, String> environment = environment();
        environment.put("QUARKUS_SHUTDOWN_DELAY", "0s");
        try (PackagedProgram program = PackagedProgram.startReady(directory, environment)) {
            Stopwatch stopwatch = Stopwatch.start();
            program.terminate();
            assertThat(stopwatch.elapsed()).isLessThan(DELAY);
            assertThat(program.output()).doesNotContain("stopping in");
        }
    }

    private Map<String, String> environment() {
        Map<String, String> environment = server.environment();
        environment.put("SPINE_DEMO", "true");
        environment.remove("QUARKUS_SHUTDOWN_DELAY");
        return environment;
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** All that arrives before the connection is closed. */
    private static String read(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
