package app.spine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.PackagedProgram;
import app.spine.testsupport.ValkeyServer;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes with one Valkey: a limit is one limit, and what it becomes while Valkey is away is bounded. */
@Timeout(300)
class SharedLimitsIT {

    private static final int NODES = 2;
    private static final int CALLERS = 12;
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String STORE_PASSWORD = "of-a-store-that-lives-for-a-test";

    // Longer than any test, so that none of them sees a window end.
    private static final int WINDOW_SECONDS = 86_400;

    @TempDir
    static Path directory;

    private static final List<PackagedProgram> NODE = new ArrayList<>();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static ExternalServer server;
    private static ValkeyServer valkey;
    private static String adminKey;

    @BeforeAll
    static void startNodes() throws Exception {
        server = ExternalServer.start(directory.resolve("server"));
        valkey = ValkeyServer.start();
        // The first one migrates.
        NODE.add(PackagedProgram.startReady(directory, environment(), "-Xmx256m"));
        while (NODE.size() < NODES) {
            NODE.add(PackagedProgram.start(directory, environment(), "-Xmx256m"));
        }
        adminKey = PackagedProgram.createAcademy(directory, environment());
        server.execute("update tenants set burst_requests = 100000, sustained_requests = 1000000");
        NODE.forEach(PackagedProgram::awaitReady);
    }

    @AfterAll
    static void stopNodes() {
        NODE.forEach(PackagedProgram::close);
        CLIENT.close();
        valkey.close();
        server.close();
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.putAll(ExternalServer.PATIENCE);
        environment.put("SPINE_LIMITS_STORE", "valkey");
        environment.put("SPINE_LIMITS_VALKEY_URL", valkey.url());
        environment.put("SPINE_LIMITS_VALKEY_PASSWORD", ValkeyServer.PASSWORD);
        // A test asks whether a limit is exact, and the machine may stand still for a while.
        environment.put("SPINE_LIMITS_VALKEY_PATIENCE", "PT5S");
        environment.put("SPINE_LIMITS_REFUSED_WITHOUT_STORE", "members:write");
        return environment;
    }

    @Test
    void admitExactlyTheQuotaTogether() throws Exception {
        proveOneLimit();
    }

    private static void proveOneLimit() throws Exception {
        awaitValkey();
        String key = keyWithQuota(200);
        List<HttpResponse<String>> answers = callAtOnce(key, 40, () -> {});
        assertThat(count(answers, 200)).isEqualTo(200);
        assertThat(count(answers, 429)).isEqualTo(CALLERS * 40 - 200);
        assertThat(answers.stream()
                        .filter(answer -> answer.statusCode() == 200)
                        .map(answer -> answer.headers().firstValue("RateLimit").orElseThrow())
                        .distinct())
                .as("each call that was admitted saw a count of its own")
                .hasSize(200);
    }

    @Test
    void answerEveryCallWhenValkeyIsKilledUnderLoadAndAdmitNoMoreThanTheBoundSays() throws Exception {
        int quota = 150;
        String key = keyWithQuota(quota);
        try {
            List<HttpResponse<String>> answers = callAtOnce(key, 60, valkey::kill);
            assertThat(answers).allMatch(answer -> answer.statusCode() == 200 || answer.statusCode() == 429);
            assertThat(count(answers, 200))
                    .as("what Valkey had counted, and what each node let in by itself")
                    .isBetween(quota + 1L, (long) (NODES + 1) * quota);
            assertThat(answers)
                    .filteredOn(answer -> answer.statusCode() == 200)
                    .allMatch(answer -> answer.headers().firstValue("RateLimit").isPresent());
            await("ready without Valkey")
                    .until(() -> NODE.stream().allMatch(node -> node.status("/health/ready") == 200));
        } finally {
            valkey.restart();
        }
        proveOneLimit();
    }

    @Test
    void refuseMeanwhileOnlyWhatShallNotGoOnWithout() throws Exception {
        String member = "{\"legal_name\": \"Mika Wong\", \"date_of_birth\": \"1990-01-01\"}";
        awaitValkey();
        Optional<String> policies = own(NODE.getFirst(), adminKey).headers().firstValue("RateLimit-Policy");
        assertThat(policies).isPresent();
        valkey.kill();
        try {
            await().atMost(SOON)
                    .until(() -> send(NODE.getFirst(), "POST", "/v1/members", adminKey, member)
                                    .statusCode()
                            == 503);
            HttpResponse<String> refused = send(NODE.getFirst(), "POST", "/v1/members", adminKey, member);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(JsonPath.from(refused.body()).getString("code")).isEqualTo("temporarily_reduced");
            assertThat(refused.headers().firstValue("Retry-After")).contains("2");
            assertThat(refused.headers().firstValue("RateLimit-Policy")).isEqualTo(policies);
            assertThat(refused.headers().firstValue("RateLimit"))
                    .as("what is left is what nobody knows")
                    .isEmpty();
            assertThat(server.select("select count(*) from api_requests where code = 'temporarily_reduced'"))
                    .as("a refusal is logged as well")
                    .isNotEqualTo("0");
            assertThat(send(NODE.getFirst(), "GET", "/v1/members?limit=1", adminKey, null)
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            valkey.restart();
        }
        awaitValkey();
        assertThat(send(NODE.getFirst(), "POST", "/v1/members", adminKey, member)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void waitForASilentValkeyOnceAndNotWithEachCall() throws Exception {
        String key = keyWithQuota(10_000);
        awaitValkey();
        valkey.freeze();
        try {
            List<HttpResponse<String>> answers = callAtOnce(key, 20, () -> {});
            assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
            long beganNanos = System.nanoTime();
            for (int call = 0; call < 20; call++) {
                assertThat(own(NODE.getFirst(), key).statusCode()).isEqualTo(200);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - beganNanos))
                    .as("twenty calls, each of which would wait for five seconds")
                    .isLessThan(Duration.ofSeconds(30));
        } finally {
            valkey.thaw();
        }
        awaitValkey();
    }

    @Test
    void aStartWithAScopeThatIsNoneEndsWithAMessage() {
        Map<String, String> environment = environment();
        environment.put("SPINE_LIMITS_REFUSED_WITHOUT_STORE", "members:write,payments");
        try (PackagedProgram node = PackagedProgram.start(directory, environment, "-Xmx256m")) {
            assertThat(node.awaitExit()).isEqualTo(1);
            assertThat(node.output())
                    .contains("SPINE_LIMITS_REFUSED_WITHOUT_STORE names payments, which is no scope")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aNodeAsksByTlsWhereItTrustsTheCertificateAndStartsWithoutValkeyElsewhere() throws Exception {
        Path store = directory.resolve("valkey.p12");
        run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "valkey",
                "-dname",
                "CN=valkey",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD);
        KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
        Path certificate = pem("CERTIFICATE", keys.getCertificate("valkey").getEncoded());
        Path key = pem(
                "PRIVATE KEY",
                keys.getKey("valkey", STORE_PASSWORD.toCharArray()).getEncoded());
        try (ValkeyServer encrypted = ValkeyServer.startWithTls(certificate, key)) {
            Map<String, String> environment = environment();
            environment.put("SPINE_LIMITS_VALKEY_URL", encrypted.url());
            try (PackagedProgram trusting = PackagedProgram.startReady(
                            directory,
                            environment,
                            "-Xmx256m",
                            "-Djavax.net.ssl.trustStore=" + store,
                            "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD);
                    PackagedProgram doubting = PackagedProgram.startReady(directory, environment, "-Xmx256m")) {
                // The first connection of a slow machine may take longer than a start waits for it.
                await("Valkey by TLS")
                        .atMost(SOON)
                        .until(() -> !trusting.output().contains("Valkey is away")
                                || trusting.output().contains("Valkey is back"));
                assertThat(doubting.output())
                        .contains("Valkey is away, so that each node keeps limits by itself until it is back")
                        .doesNotContain("Valkey is back", ValkeyServer.PASSWORD);
            }
        }
    }

    private static Path pem(String kind, byte[] content) throws IOException {
        return Files.writeString(
                directory.resolve(kind + ".pem"),
                "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                        .formatted(kind, Base64.getMimeEncoder().encodeToString(content), kind));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /**
     * Until the nodes agree again: a call to one is seen by the next. With a consumer of its own each time, since a node that
     * still counts by itself could have come to the same number.
     */
    private static void awaitValkey() {
        await("one count for all nodes").atMost(SOON).until(() -> {
            String key = keyWithQuota(100);
            List<Long> left = new ArrayList<>();
            for (PackagedProgram node : NODE) {
                left.add(left(own(node, key)));
            }
            return left.equals(List.of(99L, 98L));
        });
    }

    private static long left(HttpResponse<String> answer) {
        String header = answer.headers().firstValue("RateLimit").orElseThrow();
        return Long.parseLong(header.replaceAll(".*\"sustained\";r=(\\d+);.*", "$1"));
    }

    private static long count(List<HttpResponse<String>> answers, int status) {
        return answers.stream().filter(answer -> answer.statusCode() == status).count();
    }

    /** Calls of many callers of all nodes; the event happens when about a quarter of them is over. */
    private static List<HttpResponse<String>> callAtOnce(String key, int callsEach, Runnable event) throws Exception {
        List<HttpResponse<String>> answers = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<List<HttpResponse<String>>>> running = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                int number = caller;
                running.add(threads.submit(() -> {
                    List<HttpResponse<String>> own = new ArrayList<>();
                    for (int call = 0; call < callsEach; call++) {
                        if (number == 0 && call == callsEach / 4) {
                            event.run();
                        }
                        own.add(own(NODE.get(number % NODES), key));
                    }
                    return own;
                }));
            }
            for (Future<List<HttpResponse<String>>> caller : running) {
                answers.addAll(caller.get());
            }
        }
        return answers;
    }

    /** The key of a new consumer that may call so often within a day. */
    private static String keyWithQuota(int quota) throws IOException, InterruptedException {
        HttpResponse<String> consumer =
                send(NODE.getFirst(), "POST", "/v1/consumers", adminKey, """
                {"name": "App", "owner_name": "Owner", "owner_email": "owner@example.com", "environment": "live",
                 "scopes": ["members:read"],
                 "limits": {"burst": {"requests": 1000000, "seconds": 60}, "sustained": {"requests": %d, "seconds": %d}}}""".formatted(quota, WINDOW_SECONDS));
        assertThat(consumer.statusCode()).as(consumer.body()).isEqualTo(201);
        HttpResponse<String> key = send(
                NODE.getFirst(),
                "POST",
                "/v1/consumers/" + JsonPath.from(consumer.body()).getString("id") + "/keys",
                adminKey,
                "{}");
        assertThat(key.statusCode()).as(key.body()).isEqualTo(201);
        return JsonPath.from(key.body()).getString("key");
    }

    private static HttpResponse<String> own(PackagedProgram node, String key) throws IOException, InterruptedException {
        return send(node, "GET", "/v1/consumer", key, null);
    }

    private static HttpResponse<String> send(
            PackagedProgram node, String method, String path, String key, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.uri(path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .timeout(SOON)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
