package app.spine.tenancy;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tenant comes from the key and from nowhere else. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ForgedTenantTest {

    @ParameterizedTest
    @ValueSource(strings = {"tenant_id", "tenant", "tenantId"})
    void refusesATenantInTheBodyOfAMember(String name) {
        assertRefused(name, "/v1/members", "\"legal_name\": \"Eve\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tenant_id", "tenant", "tenantId"})
    void refusesATenantInTheBodyOfAConsumer(String name) {
        assertRefused(
                name,
                "/v1/consumers",
                "\"name\": \"Eve\", \"owner_name\": \"Eve\", \"owner_email\": \"eve@example.com\","
                        + " \"environment\": \"live\", \"scopes\": []");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Tenant", "X-Tenant-Id", "Tenant-Id", "spine.tenant"})
    void takesNoTenantFromAHeader(String header) {
        Records own = Records.make();
        Records other = Records.make();
        given().header("Authorization", own.consumer().bearer())
                .header(header, other.academy().id())
                .get("/v1/members/" + other.memberId())
                .then()
                .statusCode(404);
        given().header("Authorization", own.consumer().bearer())
                .header(header, other.academy().id())
                .get("/v1/members/" + own.memberId())
                .then()
                .statusCode(200);
    }

    private static void assertRefused(String name, String path, String members) {
        Academy own = Academy.open();
        Academy other = Academy.open();
        Academy.TestConsumer consumer = own.consumer("members:write", "consumers:write");
        String body = "{" + members + ", \"" + name + "\": \"" + other.id() + "\"}";
        given().header("Authorization", consumer.bearer())
                .contentType("application/json")
                .body(body)
                .post(path)
                .then()
                .statusCode(400)
                .body("code", equalTo("unknown_member"))
                .body("reasons[0].pointer", equalTo("/" + name));
        for (Academy academy : new Academy[] {own, other}) {
            assertThat(Academy.query("select id from members where tenant_id = ?", academy.id()))
                    .isEmpty();
            assertThat(Academy.query(
                            "select id from api_consumers where tenant_id = ? and id <> ?",
                            academy.id(),
                            consumer.id()))
                    .isEmpty();
        }
        // Without the forged member the same body is accepted, into the key's own academy.
        given().header("Authorization", consumer.bearer())
                .contentType("application/json")
                .body("{" + members + "}")
                .post(path)
                .then()
                .statusCode(201);
        String table = path.equals("/v1/members") ? "members" : "api_consumers";
        assertThat(Academy.query("select id from " + table + " where tenant_id = ?", own.id()))
                .isNotEmpty();
        assertThat(Academy.query("select id from " + table + " where tenant_id = ?", other.id()))
                .isEmpty();
    }
}
