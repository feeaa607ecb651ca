package app.spine.consumers;

import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /v1/consumers}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ConsumerCreateTest {

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer(
            "consumers:read", "consumers:write", "members:read", "bookings:read", "members.minor:read");

    @Test
    void answersTheNewConsumerWithTheAcademysDefaults() {
        Response answer = create("\"name\": \" Member app \", \"scopes\": [\"members:read\", \"bookings:read\"]");

        String id = answer.then()
                .statusCode(201)
                .body("name", is("Member app"))
                .body("owner_name", is("Maria Rossi"))
                .body("owner_email", is("maria@example.com"))
                .body("environment", is("live"))
                .body("purpose", nullValue())
                .body("status", is("active"))
                .body("scopes", contains("members:read", "bookings:read"))
                .body("scopes_pending", empty())
                .body("limits.burst.requests", is(20))
                .body("limits.burst.seconds", is(1))
                .body("limits.sustained.requests", is(600))
                .body("limits.sustained.seconds", is(60))
                .body("limits.monthly_quota", nullValue())
                .body("contract_version", is("v1"))
                .extract()
                .path("id");
        assertThat(id).startsWith("consumer_");
        assertThat(answer.header("Location")).endsWith("/v1/consumers/" + id);
        assertThat(read(admin, id).jsonPath().getMap("$"))
                .isEqualTo(answer.jsonPath().getMap("$"));
    }

    @Test
    void takesLimitsWholeOrInPart() {
        create("""
                "name": "A", "scopes": [], "limits": {"burst": {"requests": 5, "seconds": 2},
                 "sustained": {"requests": 100, "seconds": 3600}, "monthly_quota": 1000}""")
                .then()
                .statusCode(201)
                .body("limits.burst.requests", is(5))
                .body("limits.burst.seconds", is(2))
                .body("limits.sustained.requests", is(100))
                .body("limits.sustained.seconds", is(3600))
                .body("limits.monthly_quota", is(1000));
        create("\"name\": \"A\", \"scopes\": [], \"limits\": {\"monthly_quota\": 1}")
                .then()
                .statusCode(201)
                .body("limits.burst.requests", is(20))
                .body("limits.sustained.requests", is(600))
                .body("limits.monthly_quota", is(1));
        create("\"name\": \"A\", \"scopes\": [], \"limits\": null")
                .then()
                .statusCode(201)
                .body("limits.burst.requests", is(20));
    }

    @Test
    void grantsEachScopeOnceAndKeepsSensitiveOnesPending() {
        create("""
                "name": "A", "scopes": ["members.minor:read", "members:read", "consumers:write", "members:read"]""")
                .then()
                .statusCode(201)
                .body("scopes", contains("members:read"))
                .body("scopes_pending", contains("members.minor:read", "consumers:write"));
    }

    @Test
    void givesAPendingScopeToNoKey() {
        String id = create("\"name\": \"A\", \"scopes\": [\"consumers:write\", \"consumers:read\"]")
                .path("id");
        String key = Calls.as(admin, "{}").post("/v1/consumers/{id}/keys", id).path("key");

        Calls.assertScopeMissing(
                Calls.nobody()
                        .header("Authorization", "Bearer " + key)
                        .contentType("application/json")
                        .body("{}")
                        .post("/v1/consumers/{id}/keys", id),
                "consumers:write");
    }

    @Test
    void grantsOnlyWhatTheCallersKeyHolds() {
        Response answer =
                create("\"name\": \"A\", \"scopes\": [\"members:read\", \"members:write\", \"refunds:write\"]");

        Calls.assertScopeMissing(answer, "members:write refunds:write")
                .body("reasons.pointer", is(List.of("/scopes/1", "/scopes/2")))
                .body("reasons.code", is(List.of("insufficient_scope", "insufficient_scope")));
        assertThat(Academy.query("select 1 from api_consumers where tenant_id = ?", academy.id()))
                .hasSize(1);
    }

    @Test
    void writesAnAuditRecord() {
        Response answer = create("\"name\": \"A\", \"scopes\": []");

        assertThat(Academy.query(
                        "select concat_ws(' ', event, actor_kind, actor_id, actor_key_id, entity_kind, entity_id, request_id)"
                                + " from audit_log where tenant_id = ?",
                        academy.id()))
                .containsExactly(String.join(
                        " ",
                        "consumer.created consumer",
                        admin.publicId(),
                        admin.publicKeyId(),
                        "consumer",
                        answer.path("id"),
                        answer.header("Request-Id")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'name': ''|422|invalid|/name",
                "'name': ' '|422|invalid|/name",
                "'name': '\\u2003'|422|invalid|/name",
                "'name': null|422|invalid|/name",
                "'owner_name': ''|422|invalid|/owner_name",
                "'owner_name': '\\u2003'|422|invalid|/owner_name",
                "'owner_email': ''|422|invalid|/owner_email",
                "'owner_email': 'maria'|422|invalid|/owner_email",
                "'owner_email': 'a@b@c'|422|invalid|/owner_email",
                "'environment': null|422|invalid|/environment",
                "'environment': 'staging'|400|bad_value|/environment",
                "'environment': 'LIVE'|400|bad_value|/environment",
                "'environment': ''|400|bad_value|/environment",
                "'environment': 0|400|bad_value|/environment",
                "'scopes': null|422|invalid|/scopes",
                "'scopes': [null]|422|invalid|/scopes/0",
                "'scopes': ['members:read', 'members:*']|400|bad_value|/scopes/1",
                "'scopes': ['members:readx']|400|bad_value|/scopes/0",
                "'scopes': 'members:read'|400|wrong_type|/scopes",
                "'limits': {'burst': {'requests': 0, 'seconds': 1}}|422|invalid|/limits/burst/requests",
                "'limits': {'burst': {'requests': 5}}|400|wrong_type|/limits/burst/seconds",
                "'limits': {'burst': {'requests': 1, 'seconds': 61}}|422|invalid|/limits/burst/seconds",
                "'limits': {'sustained': {'requests': 100000001, 'seconds': 1}}|422|invalid|/limits/sustained/requests",
                "'limits': {'monthly_quota': 0}|422|invalid|/limits/monthly_quota",
                "'limits': {'monthly_quota': -1}|422|invalid|/limits/monthly_quota",
                "'limits': {'monthly_quota': 1000000000001}|422|invalid|/limits/monthly_quota",
                "'limits': {'monthly_quota': 9223372036854775807}|422|invalid|/limits/monthly_quota",
                "'limits': {'monthly_quota': '5'}|400|wrong_type|/limits/monthly_quota",
                "'limits': {'monthly_quota': 1.5}|400|bad_value|/limits/monthly_quota",
                "'limits': {'daily': 5}|400|unknown_member|/limits/daily",
                "'limits': 5|400|wrong_type|/limits",
                "'status': 'active'|400|unknown_member|/status",
                "'tenant_id': 'x'|400|unknown_member|/tenant_id",
                "'name': 5|400|wrong_type|/name",
                "'name': 'a\\u0000'|400|bad_value|/name",
            })
    void refusesAndNamesWhatCannotBe(String member, int status, String code, String pointer) {
        Map<String, String> members = new java.util.LinkedHashMap<>(Map.of(
                "name", "'A'",
                "owner_name", "'O'",
                "owner_email", "'o@example.com'",
                "environment", "'live'",
                "scopes", "[]"));
        int colon = member.indexOf(':');
        members.put(member.substring(1, colon - 1), member.substring(colon + 1));
        StringBuilder body = new StringBuilder();
        members.forEach((name, value) -> body.append(body.isEmpty() ? "{" : ",")
                .append("'" + name + "':")
                .append(value));

        assertRefused(
                        Calls.as(admin, body.append('}').toString().replace('\'', '"'))
                                .post("/v1/consumers"),
                        status,
                        code)
                .body("reasons.pointer", is(List.of(pointer)));
    }

    @Test
    void saysEveryReasonAtOnce() {
        assertRefused(Calls.as(admin, "{}").post("/v1/consumers"), 422, "invalid")
                .body("reasons.pointer", contains("/environment", "/name", "/owner_email", "/owner_name", "/scopes"));
    }

    @Test
    void takesAKeyAndItsScope() {
        Calls.assertKeyMissing(
                Calls.nobody().contentType("application/json").body("{}").post("/v1/consumers"));
        Calls.assertScopeMissing(
                Calls.as(academy.consumer("consumers:read"), "{}").post("/v1/consumers"), "consumers:write");
    }

    private Response create(String members) {
        return Calls.as(admin, """
                        {"owner_name": "Maria Rossi", "owner_email": "maria@example.com", "environment": "live", %s}""".formatted(members)).post("/v1/consumers");
    }

    private static Response read(TestConsumer caller, String id) {
        return Calls.as(caller).get("/v1/consumers/{id}", id);
    }
}
