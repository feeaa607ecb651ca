package app.spine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Scope;
import app.spine.http.ProblemCatalogue;
import app.spine.http.ProblemKind;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import app.spine.testsupport.ServedDocument;
import app.spine.testsupport.ServedDocument.Operation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published contract is complete, true of the running program, and the one that is committed. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class OpenApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] SCOPES =
            Arrays.stream(Scope.values()).map(Scope::wire).toArray(String[]::new);

    @Inject
    Instance<ProblemCatalogue> catalogues;

    @Test
    void theCommittedDocumentsAreWhatTheProgramServes() throws IOException {
        JsonNode served = ServedDocument.read();
        assertThat(JSON.readTree(committed("openapi/openapi.json")))
                .as("run git add openapi")
                .isEqualTo(served);
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        assertThat(yaml.readTree(committed("openapi/openapi.yaml"))).isEqualTo(yaml.readTree(get("/openapi")));
    }

    /** As git knows it, since the build has just written the file anew; as it lies there where no git is. */
    private static String committed(String file) throws IOException {
        if (!Files.exists(Path.of(".git"))) {
            return Files.readString(Path.of(file));
        }
        Process git = new ProcessBuilder("git", "show", ":" + file)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return text.isEmpty() ? Files.readString(Path.of(file)) : text;
    }

    @Test
    void eachOperationSaysWhatItTakesCostsAndWrites() {
        Set<String> scopes = Set.of(SCOPES);
        List<Operation> operations = ServedDocument.operations();
        assertThat(operations).isNotEmpty();
        assertThat(operations).extracting(Operation::id).doesNotContain("").doesNotHaveDuplicates();
        assertThat(operations).allSatisfy(operation -> {
            JsonNode node = operation.node();
            assertThat(node.path("summary").asText()).isNotBlank();
            assertThat(node.path("tags")).isNotEmpty();
            assertThat(node.path("x-required-scopes").isArray()).isTrue();
            assertThat(scopes).containsAll(texts(node.get("x-required-scopes")));
            assertThat(node.path("x-rate-limit-cost").asInt()).isPositive();
            assertThat(node.path("x-audit-event").asText()).matches("[a-z_]+(\\.[a-z_]+)+");
            assertThat(node.path("security")).isNotEmpty();
            assertThat(node.path("responses").properties())
                    .extracting(Map.Entry::getKey)
                    .contains("400", "401", "403", "406", "429", "503");
        });
        assertThat(operations.stream()
                        .filter(operation -> texts(operation.node().path("x-required-scopes"))
                                .isEmpty()))
                .extracting(Operation::id)
                .containsExactly("readOwnConsumer");
    }

    @Test
    void eachOperationShowsAnExampleOfWhatItTakesAndAnswers() {
        assertThat(ServedDocument.operations()).allSatisfy(operation -> {
            assertThat(operation.answerExample().isObject()).isTrue();
            if (operation.bodyType() != null) {
                assertThat(operation.requestExample().isObject()).isTrue();
            }
        });
    }

    @Test
    void eachErrorCodeIsExplainedWhereItsTypePoints() {
        Map<String, Integer> known = catalogues.stream()
                .flatMap(catalogue -> catalogue.kinds().stream())
                .collect(Collectors.toMap(ProblemKind::code, ProblemKind::status));
        String page = get("/reference/errors");
        assertThat(known.keySet()).allSatisfy(code -> assertThat(page).contains("id=\"" + code + "\""));
        assertThat(ServedDocument.operations())
                .allSatisfy(operation -> assertThat(operation.responses()).allSatisfy(response -> {
                    List<String> codes = texts(response.getValue().path("x-error-codes"));
                    assertThat(codes.isEmpty()).isEqualTo(Integer.parseInt(response.getKey()) < 400);
                    assertThat(codes)
                            .allSatisfy(code -> assertThat(known).containsEntry(code, status(response.getKey())));
                }));
    }

    @Test
    void eachExampleIsTrueOfTheRunningProgram() {
        Academy academy = Academy.open();
        TestConsumer consumer = academy.consumer(SCOPES);
        Academy.execute("update api_consumers set monthly_quota = 1000000 where id = ?", consumer.id());
        Operation add = operation("addMember");
        Operation create = operation("createConsumer");
        Operation issue = operation("issueKey");
        for (Operation operation : ServedDocument.operations()) {
            Answer member = send(add, add.path(), consumer, "*");
            Answer other = send(create, create.path(), consumer, "*");
            String id = operation.path().startsWith("/v1/requests")
                    ? Objects.requireNonNull(member.header("Request-Id"))
                    : (operation.path().startsWith("/v1/members") ? member : other)
                            .json()
                            .path("id")
                            .asText();
            String key = send(
                            issue,
                            issue.path().replace("{id}", other.json().path("id").asText()),
                            consumer,
                            "*")
                    .json()
                    .path("id")
                    .asText();
            Answer answer = send(
                    operation,
                    operation.path().replace("{id}", id).replace("{key}", key),
                    consumer,
                    Objects.requireNonNull(
                            (operation.path().startsWith("/v1/members") ? member : other).header("ETag")));
            assertThat(answer.status())
                    .as("%s: %s", operation, answer)
                    .isEqualTo(status(operation.success().getKey()));
            assertSameMembers(operation.toString(), operation.answerExample(), answer.json());
            assertThat(operation.success().getValue().path("headers").properties())
                    .extracting(Map.Entry::getKey)
                    .filteredOn(name -> !name.equals("Idempotency-Replayed"))
                    .allSatisfy(name -> assertThat(answer.header(name)).as(name).isNotNull());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/reference", "/reference/errors"})
    void thePagesNeedNoScriptAndForbidIt(String path) {
        Answer answer = RawHttp.request("GET", path).send();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Security-Policy"))
                .contains("default-src 'none'")
                .doesNotContain("unsafe", "script-src", "http", "*");
        assertThat(answer.header("Content-Type")).startsWith("text/html");
        assertThat(answer.text())
                .doesNotContainIgnoringCase("<script")
                .doesNotContainIgnoringCase("javascript:")
                .doesNotContainIgnoringCase("<style")
                .doesNotContainPattern("(?i)<[^>]*\\sstyle\\s*=")
                .doesNotContainPattern("(?i)<[^>]*\\son[a-z]+\\s*=")
                .doesNotContainPattern("(?i)(src|href)\\s*=\\s*\"(https?:)?//");
        assertThat(get("/reference/reference.css")).isNotBlank();
    }

    @Test
    void theReferenceShowsEachOperation() {
        String page = get("/reference");
        assertThat(ServedDocument.operations())
                .allSatisfy(operation -> assertThat(page)
                        .contains("id=\"" + operation.id() + "\"")
                        .contains("<code>" + operation + "</code>"));
    }

    /** Members that may be null hold more in one of the two; everything else has the same names and JSON types. */
    private static void assertSameMembers(String where, JsonNode example, JsonNode real) {
        if (example.isNull() || real.isNull()) {
            return;
        }
        assertThat(real.getNodeType()).as(where).isEqualTo(example.getNodeType());
        if (example.isArray() && !example.isEmpty() && !real.isEmpty()) {
            assertSameMembers(where + "/0", example.get(0), real.get(0));
        }
        if (example.isObject()) {
            assertThat(names(real)).as(where).isEqualTo(names(example));
            names(example).forEach(name -> assertSameMembers(where + "/" + name, example.get(name), real.get(name)));
        }
    }

    private static Answer send(Operation operation, String path, TestConsumer consumer, String etag) {
        RawHttp.Request request = RawHttp.request(operation.method(), path).as(consumer);
        String type = operation.bodyType();
        if (type != null) {
            request = request.body(type, RawHttp.utf8(operation.requestExample().toString()));
        }
        return (operation.parameters("header").contains("If-Match") ? request.with("If-Match", etag) : request).send();
    }

    private static Operation operation(String id) {
        return ServedDocument.operations().stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static String get(String path) {
        Answer answer = RawHttp.request("GET", path).send();
        assertThat(answer.status()).as(path).isEqualTo(200);
        return answer.text();
    }

    private static int status(String text) {
        return Integer.parseInt(text);
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
