package app.spine.health;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.tenancy.StopDeadline;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.Forwarder;
import app.spine.testsupport.Stopwatch;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
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

    private static final Duration AT_LAST = Duration.ofSeconds(60);

    /** A system property, since the profile and the test live in different class loaders. */
    private static final String CUT = "test-probe.cut";

    @ConfigProperty(name = "quarkus.datasource.jdbc.url")
    String url;

    @Inject
    @DataSource("probe")
    AgroalDataSource pool;

    @Test
    void readinessFollowsTheDatabaseAndLivenessDoesNot() throws InterruptedException {
        int database = port(EmbeddedDatabaseResource.jdbcUrl());
        // What the client itself takes to start is no delay of readiness.
        given().get("/health/live").then().statusCode(200);
        // That of a program that starts while the database is away.
        DatabaseProbe probe = new DatabaseProbe(pool, new StopDeadline());
        awaitStatus(200, "{\"status\":\"UP\"}");
        System.setProperty(CUT, "true");
        awaitStatus(503, "{\"status\":\"DOWN\"}");
        probe.start(new StartupEvent());
        Awaitility.await().during(Duration.ofSeconds(2)).atMost(AT_LAST).until(() -> !probe.isAnswering());

        for (int round = 0; round < 2; round++) {
            try (Forwarder _ = Forwarder.open(port(url), database)) {
                awaitStatus(200, "{\"status\":\"UP\"}");
                Awaitility.await().atMost(AT_LAST).until(probe::isAnswering);
            }
            awaitStatus(503, "{\"status\":\"DOWN\"}");
        }
        probe.stop(new ShutdownEvent());
    }

    private static void awaitStatus(int status, String body) {
        Stopwatch stopwatch = Stopwatch.start();
        Awaitility.await().atMost(AT_LAST).pollInterval(Duration.ofMillis(50)).until(() -> {
            given().get("/health/live").then().statusCode(200);
            given().get("/health/started").then().statusCode(200);
            return given().get("/health/ready").statusCode() == status;
        });
        assertThat(stopwatch.elapsed()).isLessThan(SOON);
        for (String path : new String[] {"/health/ready", "/health"}) {
            Response answer = given().get(path);
            answer.then().statusCode(status).header("Cache-Control", "no-store");
            assertThat(answer.asString()).isEqualTo(body);
        }
    }

    private static int port(String jdbcUrl) {
        return URI.create(jdbcUrl.substring("jdbc:".length())).getPort();
    }

    /** All connections of the program go by a port of ours, until the test asks for its end. */
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
