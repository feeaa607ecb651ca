package app.spine.consumers;

import static app.spine.testsupport.Calls.assertKeyMissing;
import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.assertScopeMissing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET} and {@code PUT /v1/consumers/{id}/contract}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ContractResourceTest {

    private static final String V1 = "{\"contract_version\": \"v1\"}";

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer("consumers:read", "consumers:write", "members:read");
    private final TestConsumer app = academy.consumer("members:read");

    @Nested
    class Read {

        @Test
        void showsWhatTheConsumerReliesOnThoughNobodyAgreedYet() {
            read(admin, app.publicId())
                    .then()
                    .statusCode(200)
                    .body("consumer_id", is(app.publicId()))
                    .body("contract_version", is("v1"))
                    .body("agreed_at", nullValue())
                    .body("agreed_by", nullValue())
                    .body("current_version", is("v1"))
                    .body("scopes", contains("members:read"))
                    .body("scopes_pending", empty())
                    .body("limits.burst", notNullValue());
        }

        @Test
        void refusesACallWithoutAKeyOrItsScopeAndFindsNoStrangersConsumer() {
            assertKeyMissing(Calls.nobody().get("/v1/consumers/{id}/contract", app.publicId()));
            assertScopeMissing(read(app, app.publicId()), "consumers:read");
            assertRefused(read(Academy.open().consumer("consumers:read"), app.publicId()), 404, "not_found");
            assertRefused(read(admin, "consumer_nonsense"), 404, "not_found");
        }
    }

    @Nested
    class Agree {

        @Test
        void notesTheVersionWhenAndByWhomOnce() {
            Response first = agree(admin, app, V1);
            first.then()
                    .statusCode(200)
                    .body("contract_version", is("v1"))
                    .body("agreed_at", notNullValue())
                    .body("agreed_by", is(admin.publicId()));
            TestConsumer other = academy.consumer("consumers:write", "members:read");
            assertThat(agree(other, app, V1).asString()).isEqualTo(first.asString());
            assertThat(read(admin, app.publicId()).asString()).isEqualTo(first.asString());
            assertThat(audited()).containsExactly("consumer.contract_agreed");
        }

        @Test
        void isDoneByRegisteringAConsumerForAVersion() {
            String named = created(", \"contract_version\": \"v1\"");
            String silent = created("");

            read(admin, named).then().body("agreed_by", is(admin.publicId()));
            read(admin, silent).then().body("agreed_by", nullValue()).body("contract_version", is("v1"));
        }

        @ParameterizedTest
        @CsvSource(
                quoteCharacter = '`',
                delimiter = '|',
                value = {
                    "{\"contract_version\": \"v2\"}|422|invalid",
                    "{\"contract_version\": \"\"}|422|invalid",
                    "{\"contract_version\": null}|422|invalid",
                    "{}|422|invalid",
                    "{\"contract_version\": 1}|400|wrong_type",
                    "{\"contract_version\": \"v1\", \"agreed_by\": \"me\"}|400|unknown_member",
                    "[]|400|wrong_type"
                })
        void refusesAVersionThatThereIsNot(String body, int status, String code) {
            assertRefused(agree(admin, app, body), status, code);
            assertThat(audited()).isEmpty();
        }

        @Test
        void refusesACallerThatIsLessThanTheConsumer() {
            assertScopeMissing(agree(academy.consumer("consumers:write"), app, V1), "members:read");
            assertScopeMissing(agree(academy.consumer("consumers:read", "members:read"), app, V1), "consumers:write");
            assertThat(audited()).isEmpty();
        }

        @Test
        void refusesACallWithoutAKeyAndFindsNoStrangersConsumer() {
            assertKeyMissing(Calls.nobody()
                    .contentType("application/json")
                    .body(V1)
                    .put("/v1/consumers/{id}/contract", app.publicId()));
            TestConsumer stranger = Academy.open().consumer("consumers:write", "members:read");
            assertRefused(agree(stranger, app, V1), 404, "not_found");
        }
    }

    private String created(String contract) {
        return Calls.as(admin, """
                        {"name": "New", "owner_name": "Platform", "owner_email": "p@example.com", "environment": "live",
                         "scopes": ["members:read"]%s}""".formatted(contract))
                .post("/v1/consumers")
                .then()
                .statusCode(201)
                .body("contract_version", is("v1"))
                .extract()
                .path("id");
    }

    private static Response read(TestConsumer caller, String consumer) {
        return Calls.as(caller).get("/v1/consumers/{id}/contract", consumer);
    }

    private static Response agree(TestConsumer caller, TestConsumer consumer, String body) {
        return Calls.as(caller, body).put("/v1/consumers/{id}/contract", consumer.publicId());
    }

    private List<Object> audited() {
        return Academy.query(
                        "select event from audit_log where tenant_id = ? and event like 'consumer.contract%'",
                        academy.id())
                .stream()
                .map(Object.class::cast)
                .toList();
    }
}
