package app.spine.testsupport;

import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real Keycloak as a process of its own, with a realm of {@code keycloak/}: {@code academies} or {@code portal}. */
public final class Keycloak implements AutoCloseable {

    /** It takes 50 to 90 seconds on a quiet machine, since it builds itself first. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);

    private static final String ACADEMIES = "academies";

    private final Process process;
    private final Path output;
    private final int port;
    private final String realm;

    private Keycloak(Process process, Path output, int port, String realm) {
        this.process = process;
        this.output = output;
        this.port = port;
        this.realm = realm;
    }

    /** Starts the distribution that the build has unpacked, and waits until its realm answers. */
    public static Keycloak start(Path directory) {
        return start(directory, ACADEMIES);
    }

    /** The same with another realm. */
    public static Keycloak start(Path directory, String realm) {
        Path home = Path.of(Objects.requireNonNull(System.getProperty("keycloak.home"), "run it with -Pinterop"));
        int port = Forwarder.freePort();
        try {
            Path realms = Files.createDirectories(home.resolve("data").resolve("import"));
            Files.copy(
                    Path.of("src", "test", "resources", "keycloak", realm + "-realm.json"),
                    realms.resolve(realm + "-realm.json"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Path output = directory.resolve("keycloak.log");
            ProcessBuilder builder = new ProcessBuilder(
                            "bash",
                            home.resolve("bin").resolve("kc.sh").toString(),
                            "start-dev",
                            "--import-realm",
                            "--db=dev-mem",
                            "--http-host=127.0.0.1",
                            "--http-port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Keycloak keycloak = new Keycloak(builder.start(), output, port, realm);
            keycloak.awaitReady();
            return keycloak;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The realm as its tokens name it. */
    public String issuer() {
        return issuerAt(port);
    }

    /** The same as it names itself to who comes through another port. */
    public String issuerAt(int otherPort) {
        return "http://127.0.0.1:" + otherPort + "/realms/" + realm;
    }

    public int port() {
        return port;
    }

    /** The token endpoint's answer to a client. */
    public Response token(String client, String secret, Map<String, String> form) {
        return RestAssured.given()
                .auth()
                .preemptive()
                .basic(client, secret)
                .formParams(form)
                .post(issuer() + "/protocol/openid-connect/token");
    }

    private void awaitReady() {
        Awaitility.await("Keycloak is ready")
                .atMost(READY_WITHIN)
                .pollInterval(Duration.ofMillis(500))
                .failFast(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(Files.readString(output));
                    }
                })
                .ignoreExceptions()
                .until(() -> RestAssured.get(issuer() + "/.well-known/openid-configuration")
                                .statusCode()
                        == 200);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
