package app.spine.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is not in the log has not happened, and is not answered. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class UnwritableLogTest {

    private final Academy academy = Academy.open();
    private final Academy.TestConsumer consumer = academy.consumer("members:read", "members:write");

    @BeforeEach
    void takeTheRightAway() {
        assertThat(get("/v1/members").statusCode()).isEqualTo(200);
        Academy.execute("revoke insert on api_requests from spine_app");
    }

    @AfterEach
    void giveTheRightBack() {
        Academy.execute("grant insert on api_requests to spine_app");
    }

    @Test
    void answersNoRead() {
        assertUnavailable(get("/v1/members"));
        assertUnavailable(get("/v1/consumer"));
    }

    @Test
    void answersNoReadWithoutABody() {
        Response head = given().header("Authorization", consumer.bearer()).head("/v1/members");
        assertThat(head.statusCode()).isEqualTo(503);
        assertThat(head.header("Retry-After")).isEqualTo("2");
        giveTheRightBack();
        Response added = post();
        assertThat(added.statusCode()).isEqualTo(201);
        takeTheRightAway();
        assertUnavailable(given().header("Authorization", consumer.bearer())
                .header("If-None-Match", added.header("ETag"))
                .get(added.header("Location")));
    }

    @Test
    void answersNoRefusal() {
        assertUnavailable(given().get("/v1/members"));
        assertUnavailable(get("/v1/nothing"));
        assertUnavailable(get("/v1/consumers"));
        assertUnavailable(get("/v1/members?limit=0"));
    }

    @Test
    void makesNoChange() {
        assertUnavailable(post());
        assertThat(Academy.query("select id from members where tenant_id = ?", academy.id()))
                .isEmpty();
        assertThat(Academy.query("select id from audit_log where tenant_id = ?", academy.id()))
                .isEmpty();
    }

    @Test
    void recoversWithoutARestart() {
        assertUnavailable(get("/v1/members"));
        assertUnavailable(post());
        giveTheRightBack();
        assertThat(LoggedRequest.of(get("/v1/members")).status()).isEqualTo(200);
        assertThat(LoggedRequest.of(post()).status()).isEqualTo(201);
    }

    @Test
    void leavesHealthAside() {
        assertThat(given().get("/health/live").statusCode()).isEqualTo(200);
        assertThat(given().get("/health/ready").statusCode()).isEqualTo(200);
    }

    private Response get(String path) {
        return given().header("Authorization", consumer.bearer()).get(path);
    }

    private Response post() {
        return given().header("Authorization", consumer.bearer())
                .contentType("application/json")
                .body("{\"legal_name\": \"Ada\"}")
                .post("/v1/members");
    }

    private static void assertUnavailable(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(503);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.<String>path("code")).isEqualTo("log_unavailable");
        assertThat(answer.header("Retry-After")).isEqualTo("2");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("ETag")).isNull();
        assertThat(answer.header("Location")).isNull();
    }
}
