package app.spine.access;

import static app.spine.access.BehindProxy.anyone;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A key that strays into a place where no key belongs is neither stored nor sent back. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(BehindProxy.class)
class KeySecrecyTest {

    private final Academy academy = Academy.open();
    private final Academy.TestConsumer consumer = academy.consumer("members:read", "members:write");
    private final String key = consumer.key();

    @Test
    void keepsAKeyInThePathOut() {
        assertKept(call -> call.get("/v1/members/" + key));
        assertKept(call -> call.get("/v1/" + key));
        assertKept(call -> call.get("/v1/members/x" + key + "y"));
    }

    @Test
    void keepsAKeyInAnEncodedPathOut() {
        assertKept(call -> call.urlEncodingEnabled(false).get("/v1/members/" + key.replace("_", "%5F")));
        assertKept(call -> call.urlEncodingEnabled(false).get("/v1/members/%73" + key.substring(1)));
    }

    @Test
    void keepsAKeyInTheQueryOut() {
        assertKept(call -> call.get("/v1/members?status=" + key));
        assertKept(call -> call.get("/v1/members?after=" + key));
        assertKept(call -> call.get("/v1/members?" + key + "=1"));
        assertKept(call -> call.get("/v1/members?" + key));
        assertKept(call -> call.urlEncodingEnabled(false).get("/v1/members?%73" + key.substring(1) + "=1"));
    }

    @Test
    void keepsAKeyInAHeaderOut() {
        assertKept(call -> call.header("User-Agent", "curl " + key).get("/v1/members"));
        for (String idempotencyKey : new String[] {key, "\"" + key + "\"", "order-7-" + key.substring(0, 30)}) {
            assertKept(call -> call.header("Idempotency-Key", idempotencyKey)
                    .contentType("application/json")
                    .body("{\"legal_name\": \"Ada\", \"date_of_birth\": \"1990-01-01\"}")
                    .post("/v1/members"));
        }
        assertKept(call -> call.header("traceparent", "00-" + key).get("/v1/members"));
        assertKept(call -> call.header("If-None-Match", key).get("/v1/members/member_x"));
    }

    @Test
    void keepsAKeyInABodyOut() {
        for (String body : new String[] {
            "{\"" + key + "\": 1}",
            "{\"legal_name\": {\"" + key + "\": 1}}",
            "{\"legal_name\": \"A\", \"status\": \"" + key + "\"}",
            "{\"legal_name\": \"A\", \"date_of_birth\": \"" + key + "\"}",
            "{\"legal_name\": \"A\", \"contacts\": [{\"type\": \"" + key + "\"}]}",
            "{\"legal_name\": \"A\", \"contacts\": [{\"type\": \"email\", \"value\": \"" + key + "\"}]}",
            key
        }) {
            assertKept(call -> call.contentType("application/json").body(body).post("/v1/members"));
        }
    }

    @Test
    void keepsAKeyThatProvedNothingOut() {
        Response answer = anyone().header("Authorization", "Basic " + key).get("/v1/members");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertKeptOutOf(answer);
    }

    private void assertKept(Function<RequestSpecification, Response> call) {
        assertKeptOutOf(call.apply(anyone().header("Authorization", consumer.bearer())));
    }

    private void assertKeptOutOf(Response answer) {
        LoggedRequest.of(answer);
        String piece = key.substring(15, 29);
        assertThat(answer.asString()).doesNotContain(piece);
        assertThat(answer.headers().toString()).doesNotContain(piece);
        for (String table :
                new String[] {"api_requests", "audit_log", "audit_values", "members", "api_keys", "idempotency_keys"}) {
            assertThat(Academy.query(
                            "select to_jsonb(r)::text from " + table + " r where position(? in to_jsonb(r)::text) > 0",
                            piece))
                    .isEmpty();
        }
    }
}
