package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Scope;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.PackagedProgram;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import app.spine.testsupport.ServedDocument;
import app.spine.testsupport.ServedDocument.Operation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the program does as it is packaged, native or not: every operation, every page, and its metrics. */
@Timeout(300)
class EveryOperationIT {

    /** By then the generator has sent some twenty requests as the reference would have them. */
    private static final int TRIES = 120;

    private static final int SPARE_KEYS = 60;

    private static final Pattern MANAGEMENT =
            Pattern.compile("Management interface listening on (http://\\S+?)\\.?\\s");

    private static final Pattern FILES = Pattern.compile("(?:href|src)=\"(/assets/[^\"#]+)");

    @TempDir
    static Path directory;

    private static PackagedProgram program;
    private static TestConsumer everything;
    private static FuzzedRequests requests;

    @BeforeAll
    static void startProgram() {
        Map<String, String> environment = new HashMap<>();
        EmbeddedDatabaseResource.properties()
                .forEach((name, value) -> environment.put(ExternalServer.variable(name), value));
        environment.remove("SPINE_EMBEDDED");
        // Nobody is there; clients are bound all the same.
        environment.put("SPINE_OIDC_ISSUER", "http://127.0.0.1:9/realms/academies");
        program = PackagedProgram.startReady(directory, environment);
        RestAssured.port = program.port();

        Academy academy = Academy.open();
        everything =
                academy.consumer(Arrays.stream(Scope.values()).map(Scope::wire).toArray(String[]::new));
        // Holds nothing that the example of a removal takes away.
        TestConsumer other = academy.consumer("members:read");
        String member = make("/v1/members", "{\"legal_name\":\"Somebody\",\"date_of_birth\":\"1980-01-01\"}");
        String changed = make(
                "/v1/consumers",
                "{\"name\":\"Changed\",\"owner_name\":\"Owner\",\"owner_email\":\"owner@example.com\","
                        + "\"environment\":\"live\",\"scopes\":[\"members:read\"]}");
        List<String> keys = IntStream.range(0, SPARE_KEYS)
                .mapToObj(i -> make("/v1/consumers/" + changed + "/keys", "{}"))
                .toList();
        String request = Objects.requireNonNull(
                RawHttp.request("GET", "/v1/consumer").as(everything).send().header("Request-Id"));
        requests = new FuzzedRequests(
                Map.of(
                        "requests", List.of(request),
                        "members", List.of(member),
                        "consumers", List.of(changed, changed, other.publicId()),
                        "keys", keys),
                List.of("Some"));
    }

    @AfterAll
    static void stopProgram() {
        program.close();
        RestAssured.reset();
    }

    /** In turn, since some end what others need. */
    @Test
    void answersEveryOperationAsDocumented() {
        List<Operation> operations = ServedDocument.operations();
        Set<String> succeeded = new HashSet<>();
        for (int i = 0; i < TRIES; i++) {
            for (Operation operation : operations) {
                // Of each operation's own, or what one ends would always be what the next one asks for.
                Answer answer = answersAsDocumented(
                        operation, new Random(31L * operation.id().hashCode() + i));
                if (answer.status() / 100 == 2) {
                    succeeded.add(operation.id());
                }
            }
        }
        assertThat(operations).hasSizeGreaterThan(20).allMatch(operation -> succeeded.contains(operation.id()));
    }

    private static Answer answersAsDocumented(Operation operation, Random random) {
        RawHttp.Request request = requests.of(operation, false, random);
        Answer answer = request.as(everything).send();
        assertThat(operation.responses())
                .as("%s%n%s", request, answer)
                .anySatisfy(documented -> assertThat(documented.getKey()).isEqualTo(Integer.toString(answer.status())));
        assertThat(answer.header("Request-Id")).as("%s", request).isNotNull();
        if (answer.status() >= 400) {
            assertThat(answer.json().path("code").asText()).as("%s", answer).isNotEmpty();
            assertThat(answer.json().path("reasons").isArray()).as("%s", answer).isTrue();
        } else if (answer.status() < 300) {
            assertThat(memberNames(answer.json()))
                    .as("members of the answer, as the example has them")
                    .containsAnyElementsOf(memberNames(operation.answerExample()));
        }
        return answer;
    }

    private static List<String> memberNames(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    @Test
    void servesTheDocumentThatIsCommitted() throws IOException {
        JsonNode committed = new ObjectMapper().readTree(Files.readString(Path.of("openapi/openapi.json")));
        assertThat(ServedDocument.read()).isEqualTo(committed);
        assertThat(RawHttp.request("GET", "/openapi").send().text()).startsWith("---\nopenapi: 3.1");
    }

    @Test
    void rendersItsPages() throws IOException {
        String reference = page("/reference");
        for (Operation operation : ServedDocument.operations()) {
            assertThat(reference).contains(operation.path());
        }
        assertThat(page("/reference/errors")).contains("insufficient_scope", "log_unavailable");
        assertThat(page("/reference/reference.css")).contains("{");
    }

    @Test
    void showsThePortalsDoorWithItsFiles() {
        Answer door = RawHttp.request("GET", "/portal").send();
        assertThat(door.status()).as("nobody can sign in here").isEqualTo(503);
        assertThat(door.text()).contains("<html", "</html>");
        Matcher files = FILES.matcher(door.text());
        assertThat(files.results().map(file -> file.group(1)).distinct())
                .isNotEmpty()
                .allMatch(file -> RawHttp.request("GET", file).send().status() == 200);
    }

    @Test
    void showsItsMetricsToItsOperatorAlone() throws Exception {
        Matcher management = MANAGEMENT.matcher(program.output());
        assertThat(management.find()).as(program.output()).isTrue();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String metrics = client.send(
                            HttpRequest.newBuilder(URI.create(management.group(1) + "/q/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            assertThat(metrics).contains("spine_contract_feed_silence", "spine_usage_lag", "http_server_requests");
        }
        assertThat(RawHttp.request("GET", "/q/metrics").send().status()).isEqualTo(404);
    }

    /** What the server itself would refuse without a word. */
    @Test
    void explainsAPathThatIsNone() throws IOException {
        Answer answer =
                RawHttp.request("GET", "/v1/members?q=%zz").as(everything).send();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("bad_value");
        assertThat(answer.header("Request-Id")).isNotNull();
    }

    private static String page(String path) {
        Answer answer = RawHttp.request("GET", path).send();
        assertThat(answer.status()).as(path).isEqualTo(200);
        return answer.text();
    }

    private static String make(String path, String body) {
        Answer answer = RawHttp.request("POST", path).as(everything).json(body).send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.json().path("id").asText();
    }
}
