package app.spine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.PackagedProgram;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one node changes in the contract with consumers holds on every node within a second, also on deaf ones. */
@Timeout(300)
class SeveralNodesIT {

    private static final int NODES = 3;
    private static final int CALLERS_OF_A_NODE = 2;
    private static final int TRIALS_OF_A_CHANGE = 10;

    private static final Duration PROMISED = Duration.ofSeconds(1);
    private static final Duration WITHIN = Duration.ofSeconds(60);

    // The feeds try again after 250 ms, so that they are gone for most of the time.
    private static final String CUT =
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'operating-spine feed'";

    @TempDir
    static Path directory;

    private static final List<PackagedProgram> NODE = new ArrayList<>();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static ExternalServer server;
    private static String adminKey;

    /** What is done to a consumer, and the answer that its calls then get. */
    private enum Change {
        REVOKE(401),
        SUSPEND(403),
        TAKE_SCOPE(403),
        LIMIT(429),
        LIMIT_NETWORKS(403);

        final int refusal;

        Change(int refusal) {
            this.refusal = refusal;
        }
    }

    private record Subject(Change change, String consumer, String keyId, String key) {}

    private record Call(Subject subject, int node, long askedNanos, int status) {}

    private record Changed(Subject subject, long answeredNanos) {}

    @BeforeAll
    static void startNodes() throws SQLException {
        server = ExternalServer.start(directory.resolve("server"));
        // The first one migrates.
        NODE.add(PackagedProgram.startReady(directory, environment(), "-Xmx256m"));
        while (NODE.size() < NODES) {
            NODE.add(PackagedProgram.start(directory, environment(), "-Xmx256m"));
        }
        adminKey = PackagedProgram.createAcademy(directory, environment());
        server.execute("update tenants set burst_requests = 100000, sustained_requests = 1000000");
        NODE.forEach(PackagedProgram::awaitReady);
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = server.environment();
        environment.putAll(ExternalServer.PATIENCE);
        return environment;
    }

    @AfterAll
    static void stopNodes() {
        NODE.forEach(PackagedProgram::close);
        CLIENT.close();
        server.close();
    }

    @Test
    void refuseWithinASecondWhatOneOfThemEnded() throws Exception {
        changeUnderLoad("with their feeds");
    }

    @Test
    void refuseWithinASecondWhatOneOfThemEndedAlsoWhileTheyAreDeaf() throws Exception {
        Thread cutting = Thread.ofPlatform().start(SeveralNodesIT::cutFeeds);
        try {
            await("deaf nodes")
                    .atMost(WITHIN)
                    .until(() -> NODE.stream()
                            .allMatch(node -> node.output().contains("Changes of consumers and keys are not heard")));
            changeUnderLoad("without their feeds");
            assertThat(cutting.isAlive()).isTrue();
        } finally {
            cutting.interrupt();
            cutting.join();
        }
    }

    private static void cutFeeds() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                server.execute(CUT);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void changeUnderLoad(String how) throws Exception {
        List<Subject> subjects = new ArrayList<>();
        for (int trial = 0; trial < TRIALS_OF_A_CHANGE; trial++) {
            for (Change change : Change.values()) {
                subjects.add(subject(change));
            }
        }
        List<Changed> changes = new ArrayList<>();
        Queue<Call> calls;
        try (Callers callers = new Callers(subjects)) {
            calls = callers.calls;
            await("calls of each key on each node")
                    .atMost(WITHIN)
                    .until(() -> count(calls.stream().filter(call -> call.status == 200)) == subjects.size() * NODES);
            for (Subject subject : subjects) {
                changes.add(change(subject, NODE.get(changes.size() % NODES)));
            }
            long heldNanos = System.nanoTime() + PROMISED.toNanos();
            await("calls of each key on each node after the promised time")
                    .atMost(WITHIN)
                    .until(() -> count(calls.stream().filter(call -> call.askedNanos > heldNanos))
                            == subjects.size() * NODES);
        }
        assertThat(calls)
                .as("a call is let in or refused as it should be")
                .allMatch(call -> call.status == 200 || call.status == call.subject.change.refusal);
        prove(how, changes, calls);
    }

    private static void prove(String how, List<Changed> changes, Queue<Call> calls) {
        Map<Subject, Long> lastNanos = calls.stream()
                .filter(call -> call.status == 200)
                .collect(Collectors.toMap(Call::subject, Call::askedNanos, Math::max));
        for (Change kind : Change.values()) {
            List<Double> lateMillis = changes.stream()
                    .filter(changed -> changed.subject.change == kind)
                    .map(changed ->
                            (Objects.requireNonNull(lastNanos.get(changed.subject)) - changed.answeredNanos) / 1e6)
                    .sorted()
                    .toList();
            System.out.printf(
                    "%s on %d nodes %s, %d calls: last accepted call after the answer, ms: %s%n",
                    kind, NODES, how, calls.size(), lateMillis);
            assertThat(lateMillis).hasSize(TRIALS_OF_A_CHANGE).allMatch(late -> late < PROMISED.toMillis());
        }
    }

    /** How many pairs of key and node there are among the calls. */
    private static int count(Stream<Call> calls) {
        return calls.map(call -> call.subject.key + call.node)
                .collect(Collectors.toSet())
                .size();
    }

    private static Subject subject(Change change) throws IOException, InterruptedException {
        JsonPath consumer = admin(NODE.getFirst(), "POST", "/v1/consumers", 201, """
                {"name": "%s", "owner_name": "Owner", "owner_email": "owner@example.com", "environment": "live",
                 "scopes": ["members:read"], "limits": {"sustained": {"requests": 600, "seconds": 86400}}}""".formatted(change));
        String id = consumer.getString("id");
        JsonPath key = admin(NODE.getFirst(), "POST", "/v1/consumers/" + id + "/keys", 201, "{}");
        return new Subject(change, id, key.getString("id"), key.getString("key"));
    }

    private static Changed change(Subject subject, PackagedProgram node) throws IOException, InterruptedException {
        String path = "/v1/consumers/" + subject.consumer;
        switch (subject.change) {
            case REVOKE -> admin(node, "DELETE", path + "/keys/" + subject.keyId, 200, null);
            case SUSPEND -> admin(node, "PATCH", path, 200, "{\"status\": \"suspended\"}");
            case TAKE_SCOPE -> admin(node, "PATCH", path, 200, "{\"scopes\": [\"health:read\"]}");
            // Each node has let in more than that by now, and the window is longer than the test.
            case LIMIT ->
                admin(node, "PATCH", path, 200, "{\"limits\": {\"sustained\": {\"requests\": 1, \"seconds\": 86400}}}");
            case LIMIT_NETWORKS ->
                admin(
                        node,
                        "PUT",
                        path + "/keys/" + subject.keyId + "/networks",
                        200,
                        "{\"networks\": [\"203.0.113.0/24\"]}");
        }
        return new Changed(subject, System.nanoTime());
    }

    private static JsonPath admin(PackagedProgram node, String method, String path, int status, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.uri(path))
                .header("Authorization", "Bearer " + adminKey)
                .timeout(WITHIN)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header(
                    "Content-Type", method.equals("PATCH") ? "application/merge-patch+json" : "application/json");
        }
        if (method.equals("PATCH")) {
            request.header("If-Match", "*");
        }
        HttpResponse<String> answer = CLIENT.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JsonPath.from(answer.body());
    }

    /** Callers of each node, each with every key in turn, until they are closed. */
    private static final class Callers implements AutoCloseable {

        final Queue<Call> calls = new ConcurrentLinkedQueue<>();
        private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stopped;

        Callers(List<Subject> subjects) {
            for (int node = 0; node < NODES; node++) {
                for (int caller = 0; caller < CALLERS_OF_A_NODE; caller++) {
                    int number = node;
                    threads.add(Thread.ofPlatform().start(() -> call(subjects, number)));
                }
            }
        }

        private void call(List<Subject> subjects, int node) {
            try {
                while (!stopped) {
                    for (Subject subject : subjects) {
                        HttpRequest request = HttpRequest.newBuilder(
                                        NODE.get(node).uri("/v1/members?limit=1"))
                                .header("Authorization", "Bearer " + subject.key)
                                .timeout(WITHIN)
                                .build();
                        long askedNanos = System.nanoTime();
                        int status =
                                CLIENT.send(request, BodyHandlers.discarding()).statusCode();
                        calls.add(new Call(subject, node, askedNanos, status));
                    }
                }
            } catch (IOException | InterruptedException e) {
                failures.add(e);
            }
        }

        @Override
        public void close() {
            stopped = true;
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            assertThat(failures).as("calls without an answer").isEmpty();
        }
    }
}
