package app.spine.consumers;

import static app.spine.testsupport.Calls.assertKeyMissing;
import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.assertScopeMissing;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.WithinASecond;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code PUT /v1/consumers/{id}/keys/{key}/networks}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class KeyNetworksTest {

    private static final String ELSEWHERE = "{\"networks\": [\"203.0.113.0/24\", \"2001:db8::7\"]}";

    private final Academy academy = Academy.open();
    private final KeyApi api = new KeyApi(academy);
    private final TestConsumer app = academy.consumer("members:read");

    @Test
    void holdWithinASecondAndAreTakenAway() {
        KeyApi.call(app.key()).then().statusCode(200);

        change(ELSEWHERE)
                .then()
                .statusCode(200)
                .body("id", is(app.publicKeyId()))
                .body("networks", contains("203.0.113.0/24", "2001:db8::7/128"));
        awaitStatus(403);
        assertRefused(KeyApi.call(app.key()), 403, "network_not_allowed");

        change("{\"networks\": []}").then().statusCode(200).body("networks", empty());
        awaitStatus(200);
        assertThat(api.audited()).containsExactly("consumer.key_networks_changed", "consumer.key_networks_changed");
        assertThat(Academy.query("""
                        select (v.before::jsonb -> 'networks')::text || ' ' || (v.after::jsonb -> 'networks')::text
                        from audit_log l join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                        where l.tenant_id = ? order by l.id""", academy.id())).first().isEqualTo("[] [\"203.0.113.0/24\", \"2001:db8::7/128\"]");
    }

    @Test
    void saidAgainChangeNothing() {
        change(ELSEWHERE);
        change(ELSEWHERE).then().statusCode(200);

        assertThat(api.audited()).containsExactly("consumer.key_networks_changed");
    }

    @Test
    void areInheritedByTheKeyThatReplacesIt() {
        change("{\"networks\": [\"127.0.0.0/8\", \"::1\"]}");

        assertThat(api.view(app, api.rotated(app, "{}").path("id")).toString()).contains("127.0.0.0/8", "::1/128");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'networks': ['10.0.0.1/8']}|422|invalid|/networks/0",
                "{'networks': null}|422|invalid|/networks",
                "{}|422|invalid|/networks",
                "{'networks': '10.0.0.1'}|400|wrong_type|/networks",
                "{'networks': [], 'expires_at': null}|400|unknown_member|/expires_at",
                "{|400|malformed_json|''",
            })
    void refuseWhatCannotBe(String body, int status, String code, String pointer) {
        assertRefused(change(body.replace('\'', '"')), status, code)
                .body("reasons[0].pointer", is(pointer.equals("''") ? "" : pointer));
        assertThat(api.audited()).isEmpty();
    }

    @Test
    void areNoMatterOfAKeyThatEnded() {
        api.revoke(app.publicId(), app.publicKeyId());

        assertRefused(change(ELSEWHERE), 409, "conflict");
    }

    @Test
    void takeAKeyAndItsScopes() {
        assertKeyMissing(Calls.nobody()
                .contentType("application/json")
                .body(ELSEWHERE)
                .put("/v1/consumers/{id}/keys/{key}/networks", app.publicId(), app.publicKeyId()));
        assertScopeMissing(change(academy.consumer("consumers:read"), app, ELSEWHERE), "consumers:write");
        assertRefused(change(academy.consumer("consumers:write"), app, ELSEWHERE), 403, "insufficient_scope");
    }

    @Test
    void areChangedByNobodyElse() {
        Response none = Calls.as(api.admin(), ELSEWHERE)
                .put(
                        "/v1/consumers/{id}/keys/{key}/networks",
                        app.publicId(),
                        academy.consumer("members:read").publicKeyId());
        assertRefused(none, 404, "not_found");
        TestConsumer stranger = Academy.open().consumer("consumers:write", "members:read");
        assertThat(withoutRequestId(change(stranger, app, ELSEWHERE))).isEqualTo(withoutRequestId(none));
        assertThat(Academy.query("select networks::text from api_keys where id = ?", app.keyId()))
                .containsExactly("{}");
    }

    private Response change(String body) {
        return change(api.admin(), app, body);
    }

    private static Response change(TestConsumer caller, TestConsumer of, String body) {
        return Calls.as(caller, body).put("/v1/consumers/{id}/keys/{key}/networks", of.publicId(), of.publicKeyId());
    }

    private void awaitStatus(int status) {
        WithinASecond.shows(() -> KeyApi.call(app.key()).statusCode() == status);
    }
}
