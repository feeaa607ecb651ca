package app.spine.access;

import static app.spine.access.BehindProxy.anyone;
import static app.spine.access.BehindProxy.as;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Environment;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a request, step by step: of two faults, the step that comes first answers. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(BehindProxy.class)
class RequestPipelineTest {

    private final Academy academy = Academy.open();

    @Test
    void provesTheKeyBeforeItLooksForThePath() {
        assertProblem(anyone().get("/v1/nothing"), 401, "key_missing");
        assertProblem(as(academy.consumer()).get("/v1/nothing"), 404, "not_found");
    }

    @Test
    void provesTheKeyBeforeItChecksTheScope() {
        Academy.TestConsumer consumer = academy.consumer();
        Academy.TestConsumer expired = academy.issue(
                consumer.id(), Environment.LIVE, null, Instant.now().minusSeconds(1));
        assertProblem(as(expired).get("/v1/members"), 401, "key_expired");
        assertProblem(as(consumer).get("/v1/members"), 403, "insufficient_scope");
    }

    @Test
    void checksTheScopeBeforeItEntersTheTenant() {
        Academy.TestConsumer consumer = academy.consumer("members:read");
        suspend(consumer);
        assertProblem(add(consumer, "{}"), 403, "insufficient_scope");
        assertProblem(as(consumer).get("/v1/members?unknown=1"), 403, "consumer_suspended");
    }

    @Test
    void entersTheTenantBeforeItReadsTheBody() {
        Academy.TestConsumer consumer = academy.consumer("members:write");
        assertProblem(add(consumer, "{"), 400, "malformed_json");
        suspend(consumer);
        // A consumer that this node has not met yet, so that it knows of the suspension at once.
        Academy.TestConsumer unmet = academy.issue(consumer.id(), Environment.LIVE, null, null);
        assertProblem(add(unmet, "{"), 403, "consumer_suspended");
    }

    @Test
    void readsTheParametersBeforeTheBody() {
        Academy.TestConsumer consumer = academy.consumer("members:write");
        Response answer = as(consumer).contentType("application/json").body("{").post("/v1/members?x=1");
        assertProblem(answer, 400, "unknown_parameter");
    }

    @Test
    void namesTheMissingScope() {
        Academy.TestConsumer consumer = academy.consumer("members:read");
        Response answer = add(consumer, "{\"legal_name\": \"Eve\"}");
        assertProblem(answer, 403, "insufficient_scope");
        assertThat(answer.header("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"operating-spine\", error=\"insufficient_scope\", scope=\"members:write\"");
        assertThat(LoggedRequest.of(answer).operation()).isEqualTo("addMember");
        assertThat(Academy.query("select id from members where tenant_id = ?", academy.id()))
                .isEmpty();
    }

    @Test
    void refusesAMethodThatThePathDoesNotTake() {
        Academy.TestConsumer consumer = academy.consumer("members:read", "members:write");
        Response answer = as(consumer).delete("/v1/members");
        assertProblem(answer, 405, "method_not_allowed");
        assertProblem(anyone().delete("/v1/members"), 401, "key_missing");
        assertOwn(answer, consumer);
    }

    @Test
    void recordsASuccessWithAllThatIsKnownOfIt() {
        Academy.TestConsumer consumer = academy.consumer("members:read");
        String address = BehindProxy.freshAddress();
        Response answer = BehindProxy.from("198.51.100.1, " + address)
                .header("Authorization", consumer.bearer())
                .get("/v1/members?limit=5");
        assertThat(answer.statusCode()).isEqualTo(200);
        LoggedRequest row = assertOwn(answer, consumer);
        assertThat(row.operation()).isEqualTo("listMembers");
        assertThat(row.method()).isEqualTo("GET");
        assertThat(row.path()).isEqualTo("/v1/members");
        assertThat(row.code()).isNull();
        assertThat(row.address()).isEqualTo(address);
        assertThat(row.bytesOut()).isEqualTo(answer.asByteArray().length);
        assertThat(row.count()).isEqualTo(1);
    }

    @Test
    void recordsAChangeOnce() {
        Academy.TestConsumer consumer = academy.consumer("members:write");
        Response answer = add(consumer, "{\"legal_name\": \"Ada\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        LoggedRequest row = assertOwn(answer, consumer);
        assertThat(row.operation()).isEqualTo("addMember");
        assertThat(row.bytesOut()).isEqualTo(answer.asByteArray().length);
    }

    @Test
    void recordsATestConsumersCallsWithItsAcademy() {
        Academy.TestConsumer consumer = academy.consumer(Environment.TEST, "members:write");
        Response answer = add(consumer, "{\"legal_name\": \"Ada\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertOwn(answer, consumer);
        assertThat(Academy.query("select id from members where tenant_id = ?", academy.id()))
                .isEmpty();
        assertThat(Academy.query("select id from members where tenant_id = ?", academy.sandboxId()))
                .hasSize(1);
    }

    @Test
    void recordsEveryRefusalWithItsCode() {
        Academy.TestConsumer consumer = academy.consumer("members:read", "members:write");
        assertThat(assertOwn(as(consumer).get("/v1/nothing"), consumer).code()).isEqualTo("not_found");
        assertThat(assertOwn(as(consumer).get("/v1/members/member_x"), consumer).code())
                .isEqualTo("not_found");
        assertThat(assertOwn(as(consumer).get("/v1/members?limit=0"), consumer).code())
                .isEqualTo("bad_value");
        assertThat(assertOwn(add(consumer, "{\"legal_name\": \"\"}"), consumer).code())
                .isEqualTo("invalid");
        assertThat(assertOwn(add(consumer, "{\"name\": 1}"), consumer).code()).isEqualTo("unknown_member");
        assertThat(assertOwn(as(consumer).contentType("text/plain").body("x").post("/v1/members"), consumer)
                        .code())
                .isEqualTo("unsupported_media_type");
        assertThat(assertOwn(as(consumer).accept("text/html").get("/v1/members"), consumer)
                        .code())
                .isEqualTo("not_acceptable");
    }

    @Test
    void recordsABodyThatIsTooLarge() {
        Academy.TestConsumer consumer = academy.consumer("members:write");
        // Or the refusal would meet a body still on its way.
        RestAssuredConfig asksFirst = RestAssured.config()
                .httpClient(HttpClientConfig.httpClientConfig().setParam("http.protocol.expect-continue", true));
        Response answer = as(consumer)
                .config(asksFirst)
                .contentType("application/json")
                .body("{\"legal_name\": \"" + "a".repeat(1_100_000) + "\"}")
                .post("/v1/members");
        assertProblem(answer, 413, "too_large");
        assertOwn(answer, consumer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/members/%00", "/v1/members/%C3%28", "/v1/members/%0D%0A"})
    void recordsAnIdThatNoIdCanBe(String path) throws IOException {
        Academy.TestConsumer consumer = academy.consumer("members:read");
        RawCall answer = RawCall.get(path, BehindProxy.freshAddress(), consumer.bearer());
        assertThat(answer.status()).isEqualTo(404);
        LoggedRequest row = LoggedRequest.named(answer.headers().get("request-id"));
        assertThat(row.status()).isEqualTo(404);
        assertThat(row.keyId()).isEqualTo(consumer.keyId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/members?email=ada@example.com&limit=%zz",
                "/v1/members?%",
                "/v1/members/%zz",
                "/v1/members/%"
            })
    void refusesWhatCannotBeDecodedAndNeverFails(String path) throws IOException {
        Academy.TestConsumer consumer = academy.consumer("members:read");
        RawCall answer = RawCall.get(path, BehindProxy.freshAddress(), consumer.bearer());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"bad_value\"");
        assertThat(answer.body()).contains("\"request_id\":\"req_");
        // Values of a query are nobody's to keep, also where the query cannot be read.
        assertThat(LoggedRequest.named(answer.headers().get("request-id")).path())
                .isEqualTo(path.replaceFirst("\\?.*", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//v1/members",
                "/v1//members",
                "/v1;a=b/members",
                "/v1/members;a=b",
                "/%76%31/members",
                "/x/../v1/members",
                "/V1/members",
                "/v1/./members",
                "/v1%2Fmembers"
            })
    void answersNobodyWhicheverWayThePathIsWritten(String path) {
        Academy.TestConsumer consumer = academy.consumer("members:write");
        assertThat(add(consumer, "{\"legal_name\": \"Ada Adult\"}").statusCode())
                .isEqualTo(201);
        Response answer = anyone().urlEncodingEnabled(false).get(path);
        assertThat(answer.statusCode()).as(path + ": " + answer.asString()).isIn(401, 404);
        if (answer.statusCode() == 401) {
            assertThat(LoggedRequest.of(answer).code()).isEqualTo("key_missing");
        }
        Academy.TestConsumer reader = academy.consumer("members:read", "members.minor:read");
        Response known = as(reader).urlEncodingEnabled(false).get(path);
        assertThat(known.statusCode()).as(path + ": " + known.asString()).isIn(200, 404);
        if (answer.statusCode() == 401) {
            assertOwn(known, reader);
        }
    }

    private static Response add(Academy.TestConsumer consumer, String body) {
        return as(consumer).contentType("application/json").body(body).post("/v1/members");
    }

    private void suspend(Academy.TestConsumer consumer) {
        Academy.execute(
                "update api_consumers set status = 'suspended' where tenant_id = ? and id = ?",
                academy.id(),
                consumer.id());
    }

    private static void assertProblem(Response answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.<String>path("code")).isEqualTo(code);
        assertThat(answer.<Integer>path("status")).isEqualTo(status);
        assertThat(answer.<String>path("request_id")).isEqualTo(answer.header("Request-Id"));
        assertThat(answer.<String>path("instance")).isEqualTo("/v1/requests#" + answer.header("Request-Id"));
        assertThat(LoggedRequest.of(answer).code()).isEqualTo(code);
    }

    private LoggedRequest assertOwn(Response answer, Academy.TestConsumer consumer) {
        LoggedRequest row = LoggedRequest.of(answer);
        assertThat(row.tenantId()).isEqualTo(academy.id());
        assertThat(row.consumerId()).isEqualTo(consumer.id());
        assertThat(row.keyId()).isEqualTo(consumer.keyId());
        return row;
    }
}
