package app.spine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.Forwarder;
import app.spine.testsupport.PackagedProgram;
import app.spine.testsupport.Stopwatch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the program looks to Coolify, which asks inside of the container by a shell, every five seconds: a new version that
 * is not healthy after the tenth time is rolled back.
 */
@Timeout(300)
class CoolifyProbeIT {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration START_PERIOD = Duration.ofSeconds(5);
    private static final int RETRIES = 10;
    private static final Duration WINDOW = START_PERIOD.plus(INTERVAL.multipliedBy(RETRIES));

    @TempDir
    Path directory;

    private ExternalServer server;

    @BeforeEach
    void startServer() {
        server = ExternalServer.start(directory.resolve("server"));
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void becomesHealthyFromAColdStartWithAnEmptyDatabase() {
        try (PackagedProgram program = PackagedProgram.start(directory, server.environment())) {
            awaitHealthy(program);
            assertThat(PackagedProgram.healthcheck(directory, program.port()).awaitExit())
                    .isZero();
        }
    }

    @Test
    void isNotHealthyBeforeASlowMigrationIsDoneWhileTheOldNodeGoesOn() throws Exception {
        Map<String, String> environment = server.environment();
        environment.put("SPINE_DEMO", "true");
        environment.putAll(ExternalServer.PATIENCE);
        try (PackagedProgram old = PackagedProgram.startReady(directory, environment)) {
            takeBackTheNewestMigrations();
            try (Load load = Load.start(old.uri("/"), Load.Keys.ofDemo(directory));
                    Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                // A table that refers to academies is made only where nobody changes one; they can be read all the
                // while.
                statement.execute("lock table tenants in row exclusive mode");
                try (PackagedProgram given = PackagedProgram.start(directory, environment)) {
                    await("a migration that waits").atMost(WINDOW).until(() -> waitingMigrations() == 1);
                    await("five checks in which the new node is not healthy")
                            .pollInterval(INTERVAL)
                            .during(INTERVAL.multipliedBy(4))
                            .atMost(INTERVAL.multipliedBy(20))
                            .until(() -> !isHealthy(given) && !given.hasEnded() && isHealthy(old));
                    given.kill();
                }
                try (PackagedProgram another = PackagedProgram.start(directory, environment)) {
                    await("its first check")
                            .pollDelay(INTERVAL)
                            .atMost(WINDOW)
                            .until(() -> !isHealthy(another) && isHealthy(old));
                    assertThat(migrations()).doesNotContain("019", "020");
                    connection.rollback();
                    awaitHealthy(another);
                    assertThat(migrations()).contains("019", "020");
                    assertThat(isHealthy(old)).isTrue();
                }
                load.stop();
                assertThat(load.failures()).isEmpty();
                assertThat(load.answers())
                        .hasSizeGreaterThan(1_000)
                        .allMatch(answer -> answer.status() == answer.call().status || answer.status() == 429);
            }
        }
    }

    /** Takes the database back to where the program's newest migrations are still to come. */
    private void takeBackTheNewestMigrations() throws SQLException {
        assertThat(server.select("select max(version) from flyway_schema_history"))
                .as("whoever adds a migration takes it back here as well")
                .isEqualTo("020");
        server.execute("""
                drop table portal_people;
                revoke select on flyway_schema_history from spine_app;
                delete from flyway_schema_history where version in ('019', '020')""");
    }

    private int waitingMigrations() throws SQLException {
        return Integer.parseInt(
                server.select("select count(*) from pg_locks where relation = 'tenants'::regclass and not granted"));
    }

    private String migrations() throws SQLException {
        return server.select("select string_agg(version, ' ') from flyway_schema_history where success");
    }

    @Test
    void isUnhealthyAndAliveWhileTheDatabaseIsAwayAndHealthyWhenItIsBack() {
        int port = Forwarder.freePort();
        Map<String, String> environment = server.environment();
        URI real = URI.create(Objects.requireNonNull(environment.get("QUARKUS_DATASOURCE_JDBC_URL"))
                .substring("jdbc:".length()));
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:" + port + real.getPath());
        try (PackagedProgram early = PackagedProgram.start(directory, environment)) {
            assertThat(early.awaitExit()).as("it ends, to be started again").isEqualTo(1);
            assertThat(early.output()).contains("127.0.0.1:" + port);
        }
        Forwarder way = Forwarder.open(port, real.getPort());
        try (PackagedProgram program = PackagedProgram.start(directory, environment)) {
            awaitHealthy(program);
            way.close();
            await("an unhealthy node").pollInterval(INTERVAL).atMost(WINDOW).until(() -> !isHealthy(program));
            assertThat(program.status("/health/live")).isEqualTo(200);
            assertThat(PackagedProgram.healthcheck(directory, program.port()).awaitExit())
                    .isEqualTo(1);
            way = Forwarder.open(port, real.getPort());
            awaitHealthy(program);
        } finally {
            way.close();
        }
    }

    @Test
    void isUnhealthyFromTheSignalOnWhileItStillAnswers() throws Exception {
        Map<String, String> environment = server.environment();
        environment.put("QUARKUS_SHUTDOWN_DELAY", "60s");
        try (PackagedProgram program = PackagedProgram.startReady(directory, environment)) {
            assertThat(isHealthy(program)).isTrue();
            Stopwatch stopwatch = Stopwatch.start();
            program.askToStop();
            await("an unhealthy node")
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(WINDOW)
                    .until(() -> !isHealthy(program));
            assertThat(stopwatch.elapsed()).isLessThan(Duration.ofSeconds(2));
            assertThat(program.status("/v1/members")).as("a call without a key").isEqualTo(401);
            program.kill();
        }
    }

    private static void awaitHealthy(PackagedProgram program) {
        await("a healthy node within Coolify's window")
                .pollDelay(INTERVAL)
                .pollInterval(INTERVAL)
                .atMost(WINDOW)
                .until(() -> isHealthy(program));
    }

    /** Coolify's own command, by the letter. */
    private static boolean isHealthy(PackagedProgram program) throws IOException, InterruptedException {
        String url = program.uri("/health/ready").toString();
        Process probe = new ProcessBuilder(
                        "sh",
                        "-c",
                        "curl -s -X GET -f %s > /dev/null || wget -q -O- %s > /dev/null || exit 1".formatted(url, url))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!probe.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            probe.destroyForcibly();
            return false;
        }
        return probe.exitValue() == 0;
    }
}
