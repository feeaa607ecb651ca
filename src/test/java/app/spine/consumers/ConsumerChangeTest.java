package app.spine.consumers;

import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import app.spine.testsupport.WithinASecond;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PATCH /v1/consumers/{id}} and {@code GET /v1/approvals}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ConsumerChangeTest {

    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer(
            "consumers:read", "consumers:write", "members:read", "members:write", "bookings:read", "payments:write");
    private final TestConsumer app = academy.consumer("members:read");

    @Test
    void setsWhatItNamesAndLeavesTheRest() {
        String before = etag(app);

        Response answer = change(app, """
                {"name": " Widgets ", "owner_name": "Maria Rossi", "owner_email": "maria@example.com",
                 "purpose": "Booking widgets"}""");

        answer.then()
                .statusCode(200)
                .body("name", is("Widgets"))
                .body("owner_name", is("Maria Rossi"))
                .body("owner_email", is("maria@example.com"))
                .body("purpose", is("Booking widgets"))
                .body("scopes", contains("members:read"))
                .body("limits.burst.requests", is(100_000))
                .body("status", is("active"));
        assertThat(answer.header("ETag")).isNotEqualTo(before).isEqualTo(etag(app));
        change(app, "{\"purpose\": null}").then().statusCode(200).body("purpose", nullValue());
        assertThat(audited()).containsExactly("consumer.updated", "consumer.updated");
        assertThat(Academy.query("""
                        select concat_ws(' ', actor_id, entity_id, v.before::jsonb ->> 'name', v.after::jsonb ->> 'name')
                        from audit_log l join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                        where l.tenant_id = ? order by l.id limit 1""", academy.id()))
                .containsExactly(admin.publicId() + " " + app.publicId() + " Test consumer Widgets");
    }

    @Test
    void changesAndRecordsNothingWhereNothingIsDifferent() {
        String before = etag(app);

        change(app, "{}").then().statusCode(200).header("ETag", before);
        change(
                        app,
                        "{\"name\": \"Test consumer\", \"scopes\": [\"members:read\", \"members:read\"], \"status\": \"active\"}")
                .then()
                .statusCode(200)
                .header("ETag", before);

        assertThat(audited()).isEmpty();
    }

    @Test
    void givesLimitsOfItsOwnAndTheAcademysForNull() {
        change(app, "{\"limits\": {\"burst\": {\"requests\": 5, \"seconds\": 2}, \"monthly_quota\": 1000}}")
                .then()
                .statusCode(200)
                .body("limits.burst.requests", is(5))
                .body("limits.burst.seconds", is(2))
                .body("limits.sustained.requests", is(1_000_000))
                .body("limits.monthly_quota", is(1_000));
        WithinASecond.shows(
                () -> String.valueOf(Calls.as(app).get("/v1/consumer").header("RateLimit-Policy"))
                        .contains("\"burst\";q=5;w=2"));

        change(app, "{\"limits\": {\"burst\": null}}").then().body("limits.burst.requests", is(20));
        change(app, "{\"limits\": null}")
                .then()
                .statusCode(200)
                .body("limits.sustained.requests", is(600))
                .body("limits.monthly_quota", nullValue());
    }

    @Test
    void grantsAddedScopesAtOnceAndLetsSensitiveOnesWait() {
        change(app, "{\"scopes\": [\"bookings:read\", \"payments:write\", \"members:read\"]}")
                .then()
                .statusCode(200)
                .body("scopes", contains("members:read", "bookings:read"))
                .body("scopes_pending", contains("payments:write"));

        Response waiting = approvals(admin);
        waiting.then()
                .statusCode(200)
                .body("data.consumer_id", contains(app.publicId()))
                .body("data[0].scopes_pending", contains("payments:write"))
                .body("data[0].requested_by", is(admin.publicId()));
        change(app, "{\"scopes\": [\"payments:write\"]}")
                .then()
                .body("scopes", empty())
                .body("scopes_pending", contains("payments:write"));
        change(app, "{\"scopes\": [\"members:read\"]}").then().body("scopes_pending", empty());
        approvals(admin).then().body("data", empty());
    }

    @Test
    void keepsASensitiveScopeThatWasApproved() {
        Academy.execute("update api_consumers set scopes = '{members:read,payments:write}' where id = ?", app.id());

        change(app, "{\"scopes\": [\"members:read\", \"payments:write\", \"bookings:read\"]}")
                .then()
                .statusCode(200)
                .body("scopes", contains("members:read", "bookings:read", "payments:write"))
                .body("scopes_pending", empty());
    }

    @Test
    void grantsOnlyWhatTheCallersKeyHolds() {
        Calls.assertScopeMissing(
                        change(app, "{\"scopes\": [\"members:read\", \"refunds:write\", \"tasks:read\"]}"),
                        "refunds:write tasks:read")
                .body("reasons.pointer", contains("/scopes/1", "/scopes/2"));
        assertThat(audited()).isEmpty();
    }

    @Test
    void leavesAStrongerConsumerAloneButForSuspendingIt() {
        TestConsumer strong = academy.consumer("members:read", "refunds:write");
        TestConsumer awaiting = academy.consumer("members:read");
        Academy.execute(
                "update api_consumers set scopes_pending = '{refunds:write}', scopes_requested_by = 'x',"
                        + " scopes_requested_at = now() where id = ?",
                awaiting.id());

        for (String patch : List.of(
                "{\"owner_email\": \"mine@example.com\"}",
                "{\"limits\": null}",
                "{\"scopes\": []}",
                "{\"status\": \"suspended\", \"name\": \"Mine\"}")) {
            Calls.assertScopeMissing(change(strong, patch), "refunds:write");
        }
        Calls.assertScopeMissing(change(awaiting, "{\"owner_email\": \"mine@example.com\"}"), "refunds:write");
        change(strong, "{\"status\": \"suspended\"}").then().statusCode(200).body("status", is("suspended"));
        Calls.assertScopeMissing(change(strong, "{\"status\": \"active\"}"), "refunds:write");
    }

    @Test
    void letsNoConsumerChangeItsOwnLimitsOrGrantItselfMore() {
        assertRefused(change(admin, "{\"limits\": null}"), 422, "invalid")
                .body("reasons.pointer", is(List.of("/limits")));
        assertRefused(change(admin, "{\"limits\": {\"burst\": {\"requests\": 1000000}}}"), 422, "invalid");
        Calls.assertScopeMissing(
                change(admin, "{\"scopes\": [\"consumers:read\", \"consumers:write\", \"refunds:write\"]}"),
                "refunds:write");
        change(admin, "{\"purpose\": \"Automation\"}").then().statusCode(200);
        assertThat(audited()).containsExactly("consumer.updated");
    }

    @Test
    void suspendsAndRestoresWithinASecond() {
        Calls.as(app).get("/v1/members").then().statusCode(200);

        change(app, "{\"status\": \"suspended\"}").then().statusCode(200).body("status", is("suspended"));
        WithinASecond.shows(() -> Calls.as(app).get("/v1/members").statusCode() == 403);
        assertRefused(Calls.as(app).get("/v1/members"), 403, "consumer_suspended");

        change(app, "{\"status\": \"active\"}").then().statusCode(200).body("status", is("active"));
        WithinASecond.shows(() -> Calls.as(app).get("/v1/members").statusCode() == 200);
        assertThat(audited()).containsExactly("consumer.suspended", "consumer.restored");
    }

    @Test
    void takesTheEtagItIsBasedOn() {
        String stale = etag(app);
        change(app, "{\"name\": \"One\"}").then().statusCode(200);

        assertRefused(patch(admin, app.publicId(), stale, "{\"name\": \"Two\"}"), 412, "stale");
        assertRefused(
                Calls.as(admin)
                        .contentType(MERGE_PATCH)
                        .body("{\"name\": \"Two\"}")
                        .patch("/v1/consumers/{id}", app.publicId()),
                428,
                "if_match_required");
        read(app).then().body("name", is("One"));
        Calls.as(admin)
                .header("If-None-Match", etag(app))
                .get("/v1/consumers/{id}", app.publicId())
                .then()
                .statusCode(304);
    }

    @Test
    void givesAnotherEtagWhenTheAcademysLimitsChange() {
        String before = etag(app);

        Academy.execute("update tenants set monthly_quota = 77 where id = ?", academy.id());

        assertThat(etag(app)).isNotEqualTo(before);
    }

    @Test
    void letsOneOfManyChangesFromTheSameTagWin() throws Exception {
        List<Answer> answers = RawHttp.request("PATCH", "/v1/consumers/" + app.publicId())
                .as(admin)
                .with("If-Match", etag(app))
                .body(MERGE_PATCH, "{\"name\": \"Raced\"}")
                .sendAtOnce(10);

        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() != 200))
                .allSatisfy(answer -> assertThat(answer.code()).isEqualTo("stale"));
        assertThat(audited()).containsExactly("consumer.updated");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'name': null}|422|invalid|/name",
                "{'name': ' '}|422|invalid|/name",
                "{'owner_email': 'x'}|422|invalid|/owner_email",
                "{'scopes': null}|422|invalid|/scopes",
                "{'scopes': [null]}|422|invalid|/scopes/0",
                "{'status': null}|422|invalid|/status",
                "{'contract_version': 'v2'}|422|invalid|/contract_version",
                "{'limits': {'burst': {'requests': 0, 'seconds': 1}}}|422|invalid|/limits/burst/requests",
                "{'limits': {'monthly_quota': 0}}|422|invalid|/limits/monthly_quota",
                "{'scopes': ['members:*']}|400|bad_value|/scopes/0",
                "{'status': 'gone'}|400|bad_value|/status",
                "{'limits': {'burst': 5}}|400|wrong_type|/limits/burst",
                "{'scopes': 'members:read'}|400|wrong_type|/scopes",
                "{'environment': 'test'}|400|unknown_member|/environment",
                "{'scopes_pending': []}|400|unknown_member|/scopes_pending",
                "{'limits': {'daily': null}}|400|unknown_member|/limits/daily",
                "{'id': null}|400|unknown_member|/id",
                "[]|400|wrong_type|''",
                "{|400|malformed_json|''",
            })
    void refusesAndNamesWhatCannotBe(String body, int status, String code, @Nullable String pointer) {
        assertRefused(change(app, body.replace('\'', '"')), status, code)
                .body("reasons.pointer", is(List.of(pointer == null || pointer.equals("''") ? "" : pointer)));
        assertThat(audited()).isEmpty();
    }

    @Test
    void findsNoConsumerOfAnotherAcademyOrNone() {
        TestConsumer theirs = Academy.open().consumer("members:read");
        String nowhere = withoutRequestId(
                patch(admin, TypeId.format("consumer", UuidV7.create(Clock.systemUTC())), "*", "{\"name\": \"X\"}"));

        assertThat(nowhere).contains("\"not_found\"");
        for (String id : List.of(theirs.publicId(), "x", app.publicKeyId())) {
            assertThat(withoutRequestId(patch(admin, id, "*", "{\"name\": \"X\"}")))
                    .isEqualTo(nowhere);
        }
        assertThat(Academy.query("select name from api_consumers where id = ?", theirs.id()))
                .containsExactly("Test consumer");
    }

    @Test
    void takesAKeyAndItsScope() {
        Calls.assertKeyMissing(
                Calls.nobody().contentType(MERGE_PATCH).body("{}").patch("/v1/consumers/{id}", app.publicId()));
        Calls.assertScopeMissing(
                patch(academy.consumer("consumers:read", "members:read"), app.publicId(), "*", "{}"),
                "consumers:write");
        Calls.assertKeyMissing(Calls.nobody().get("/v1/approvals"));
        Calls.assertScopeMissing(approvals(academy.consumer("consumers:write")), "consumers:read");
    }

    @Test
    void listsWaitingApprovalsPageByPageAndNoneOfAnotherAcademy() {
        for (String name : List.of("One", "Two", "Three")) {
            Calls.as(admin, """
                            {"name": "%s", "owner_name": "O", "owner_email": "o@example.com", "environment": "live",
                             "scopes": ["payments:write"]}""".formatted(name)).post("/v1/consumers").then().statusCode(201);
        }

        Response first = Calls.as(admin).get("/v1/approvals?limit=2");

        first.then().body("data.consumer_name", contains("One", "Two"));
        Calls.as(admin)
                .get("/v1/approvals?limit=2&after=" + first.path("next"))
                .then()
                .body("data.consumer_name", contains("Three"))
                .body("next", nullValue());
        approvals(Academy.open().consumer("consumers:read")).then().body("data", empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "after=x", "status=x"})
    void refusesWhatTheListOfApprovalsDoesNotTake(String query) {
        assertThat(Calls.as(admin).get("/v1/approvals?" + query).statusCode()).isEqualTo(400);
    }

    private static Response approvals(TestConsumer caller) {
        return Calls.as(caller).get("/v1/approvals");
    }

    private Response read(TestConsumer consumer) {
        return Calls.as(admin).get("/v1/consumers/{id}", consumer.publicId());
    }

    private String etag(TestConsumer consumer) {
        return read(consumer).header("ETag");
    }

    private Response change(TestConsumer consumer, String patch) {
        return patch(admin, consumer.publicId(), etag(consumer), patch);
    }

    private static Response patch(TestConsumer caller, String id, String etag, String patch) {
        return Calls.as(caller)
                .contentType(MERGE_PATCH)
                .header("If-Match", etag)
                .body(patch)
                .patch("/v1/consumers/{id}", id);
    }

    private List<@Nullable Object> audited() {
        return Academy.query("select event from audit_log where tenant_id = ? order by id", academy.id());
    }
}
