package app.spine.health;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Readiness while the way to the database is cut; the port of the way is in the configuration. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(DatabaseProbeTest.ThroughAForwarder.class)
class DatabaseProbeTest {

    // A balancer that asks every few seconds must not send anybody here for longer.
    private static final Duration SOON = Duration.ofSeconds(5);

    @ConfigProperty(name = "spine.database.direct-url")
    String probeUrl;

    @Test
    void readinessFollowsTheDatabaseAndLivenessDoesNot() {
        int database = port(EmbeddedDatabaseResource.jdbcUrl());
        assertThat(given().get("/health/ready").statusCode()).isEqualTo(503);

        for (int round = 0; round < 2; round++) {
            try (Forwarder _ = Forwarder.open(port(probeUrl), database)) {
                awaitStatus(200, "{\"status\":\"UP\"}");
            }
            awaitStatus(503, "{\"status\":\"DOWN\"}");
        }
    }

    private static void awaitStatus(int status, String body) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
            given().get("/health/live").then().statusCode(200);
            given().get("/health/started").then().statusCode(200);
            return given().get("/health/ready").statusCode() == status;
        });
        for (String path : new String[] {"/health/ready", "/health"}) {
            Response answer = given().get(path);
            answer.then().statusCode(status).header("Cache-Control", "no-store");
            assertThat(answer.asString()).isEqualTo(body);
        }
    }

    private static int port(String jdbcUrl) {
        return URI.create(jdbcUrl.substring("jdbc:".length())).getPort();
    }

    /** The probe's connection goes by a port of its own, and the feed's, on which nothing listens until the test opens it. */
    public static class ThroughAForwarder implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            String url = EmbeddedDatabaseResource.jdbcUrl();
            return Map.of(
                    "spine.database.direct-url", url.replace(":" + port(url) + "/", ":" + Forwarder.freePort() + "/"));
        }
    }
}
