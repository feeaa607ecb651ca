package app.spine.testsupport;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real Better Auth with its OAuth provider as a process of its own, as {@code better-auth/server.mjs} says. It takes
 * Node.js and npm of the machine; what it consists of is fetched once and kept in {@code target}.
 */
public final class BetterAuth implements AutoCloseable {

    public static final String CLIENT = "portal";
    public static final String SECRET = "portal-secret-portal-secret-0001";
    public static final String PASSWORD = "password-of-tests";

    private static final Path SOURCES = Path.of("src", "test", "resources", "better-auth");
    private static final Path HOME = Path.of("target", "better-auth");
    private static final Duration INSTALLED_WITHIN = Duration.ofMinutes(5);
    private static final Duration READY_WITHIN = Duration.ofMinutes(1);

    private final Process process;

    private BetterAuth(Process process) {
        this.process = process;
    }

    /** Its name in tokens, on this port. */
    public static String issuerAt(int port) {
        return "http://127.0.0.1:" + port + "/api/auth";
    }

    /** Starts it with a client that sends people back to one of these addresses. */
    public static BetterAuth start(Path directory, int port, String... redirects) {
        try {
            Files.createDirectories(HOME);
            for (String file : new String[] {"package.json", "server.mjs"}) {
                Files.copy(SOURCES.resolve(file), HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            install(directory);
            Path output = directory.resolve("better-auth.log");
            ProcessBuilder builder = new ProcessBuilder("node", "server.mjs")
                    .directory(HOME.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment()
                    .putAll(Map.of(
                            "PORT",
                            Integer.toString(port),
                            "REDIRECTS",
                            String.join(" ", redirects),
                            "CLIENT_SECRET",
                            SECRET));
            BetterAuth server = new BetterAuth(builder.start());
            server.awaitReady(issuerAt(port), output);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void install(Path directory) throws IOException {
        if (Files.exists(HOME.resolve("node_modules"))) {
            return;
        }
        Path output = directory.resolve("npm.log");
        Process npm = new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!npm.waitFor(INSTALLED_WITHIN.toSeconds(), TimeUnit.SECONDS) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new IllegalStateException(Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void awaitReady(String issuer, Path output) {
        Awaitility.await("Better Auth is ready")
                .atMost(READY_WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .failFast(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(Files.readString(output));
                    }
                })
                .ignoreExceptions()
                .until(() -> RestAssured.get(issuer + "/.well-known/openid-configuration")
                                .statusCode()
                        == 200);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
