package app.spine.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A Valkey as deploy/compose.yaml starts it: the machine's own, or the Redis that Debian has for it, which {@code .ci/run}
 * installs where both are missing.
 */
public final class ValkeyServer implements AutoCloseable {

    public static final String PASSWORD = "a password: with / and @, \" and \\\\";

    private static final List<String> PROGRAMS =
            List.of("/usr/bin/valkey-server", "/usr/local/bin/valkey-server", "/usr/bin/redis-server");

    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<String> command;
    private final Path output;
    private final int port;
    private final String scheme;
    private Process process;

    private ValkeyServer(List<String> command, String scheme, Path output, int port) {
        this.scheme = scheme;
        this.command = command;
        this.output = output;
        this.port = port;
        this.process = run();
    }

    /**
     * Starts one and waits until it listens.
     *
     * @throws AssertionError where there is none: a test without it would prove nothing
     */
    public static ValkeyServer start() {
        int port = Forwarder.freePort();
        return start("valkey", port, "--port", Integer.toString(port));
    }

    /** The same with TLS and nothing else, in which it proves itself by this certificate and key in PEM. */
    public static ValkeyServer startWithTls(Path certificate, Path key) {
        int port = Forwarder.freePort();
        return start(
                "valkeys",
                port,
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-auth-clients",
                "no");
    }

    private static ValkeyServer start(String scheme, int port, String... arguments) {
        if (PROGRAMS.stream().map(Path::of).noneMatch(Files::isExecutable)) {
            throw new AssertionError("no Valkey here: apt-get install valkey-server or redis-server");
        }
        List<String> command = new ArrayList<>(List.of("sh", "deploy/valkey.sh", "--bind", "127.0.0.1"));
        command.addAll(List.of(arguments));
        try {
            return new ValkeyServer(command, scheme, Files.createTempFile("valkey-", ".log"), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return scheme + "://127.0.0.1:" + port + "/0";
    }

    /** As {@code kill -9}: what it held is gone. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts it again after it was killed, empty. */
    public void restart() {
        process = run();
    }

    /** It answers nothing more and closes nothing. */
    public void freeze() {
        signal("-STOP");
    }

    /** The end of {@link #freeze()}. */
    public void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill " + signal + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process run() {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("VALKEY_PASSWORD", PASSWORD);
            Process started = builder.start();
            Awaitility.await("Valkey listens")
                    .atMost(SOON)
                    .failFast("it ended", () -> !started.isAlive())
                    .until(this::listens);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        kill();
    }
}
