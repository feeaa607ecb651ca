package app.spine.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.Forwarder;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The database goes away and comes back while the program runs. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(DatabaseAwayTest.ThroughAForwarder.class)
class DatabaseAwayTest {

    /** A system property, since the profile and the test live in different class loaders. */
    private static final String CUT = "test-database.away";

    private static final Duration SOON = Duration.ofSeconds(20);

    @ConfigProperty(name = "quarkus.datasource.jdbc.url")
    String url;

    @Test
    void answersUnavailableWhileItIsAwayAndRecoversWithoutARestart() {
        Academy academy = Academy.open();
        Academy.TestConsumer consumer = academy.consumer("members:read", "members:write");
        assertThat(list(consumer).statusCode()).isEqualTo(200);

        System.setProperty(CUT, "true");
        Awaitility.await().atMost(SOON).until(() -> list(consumer).statusCode() == 503);

        Response read = list(consumer);
        assertUnavailable(read);
        assertUnavailable(add(consumer));
        Awaitility.await().atMost(SOON).until(() -> given().get("/health/ready").statusCode() == 503);

        try (Forwarder _ = Forwarder.open(port(url), port(EmbeddedDatabaseResource.jdbcUrl()))) {
            Awaitility.await().atMost(SOON).until(() -> list(consumer).statusCode() == 200);
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> given().get("/health/ready").statusCode() == 200);
            assertThat(Academy.query("select id from members where tenant_id = ?", academy.id()))
                    .as("a change that was answered 503 was not made")
                    .isEmpty();
            assertThat(add(consumer).statusCode()).isEqualTo(201);
        }
    }

    private static void assertUnavailable(Response answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.jsonPath().getString("code")).isIn("database_unavailable", "log_unavailable");
    }

    private static Response list(Academy.TestConsumer consumer) {
        return given().header("Authorization", consumer.bearer()).get("/v1/members");
    }

    private static Response add(Academy.TestConsumer consumer) {
        return given().header("Authorization", consumer.bearer())
                .contentType("application/json")
                .body("{\"legal_name\": \"Ada Adult\"}")
                .post("/v1/members");
    }

    private static int port(String jdbcUrl) {
        return URI.create(jdbcUrl.substring("jdbc:".length())).getPort();
    }

    /** All connections of the program go by a port of ours. */
    public static class ThroughAForwarder implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            String url = EmbeddedDatabaseResource.jdbcUrl();
            int port = Forwarder.freePort();
            Forwarder.open(port, port(url)).closingWhen(CUT);
            return Map.of("quarkus.datasource.jdbc.url", url.replace(":" + port(url) + "/", ":" + port + "/"));
        }
    }
}
