package app.spine.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * The packaged program as a process of its own, in a directory of its own, as an operator starts and kills it: the jar, or
 * the executable that {@code spine.program} names.
 */
public final class PackagedProgram implements AutoCloseable {

    /** Far above what a start takes on a busy machine; a start that fails is noticed at once. */
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    private static final Pattern MANAGEMENT =
            Pattern.compile("Management interface listening on (http://[^ \\s]+?)\\.?\\s");

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Process process;
    private final Path output;
    private final int port;
    private final boolean isServer;

    private PackagedProgram(Process process, Path output, int port, boolean isServer) {
        this.process = process;
        this.output = output;
        this.port = port;
        this.isServer = isServer;
    }

    /** Starts it on a free port, with nothing in its environment but what is given. */
    public static PackagedProgram start(Path directory, Map<String, String> environment, String... jvmOptions) {
        return start(directory, freePort(), environment, jvmOptions);
    }

    /** Starts it and waits until it is ready. */
    public static PackagedProgram startReady(Path directory, Map<String, String> environment, String... jvmOptions) {
        PackagedProgram program = start(directory, environment, jvmOptions);
        program.awaitReady();
        return program;
    }

    /** Runs {@code healthcheck} against a port, beside the program. */
    public static PackagedProgram healthcheck(Path directory, int port) {
        return run(directory, port, Map.of("QUARKUS_HTTP_PORT", Integer.toString(port)), List.of(), "healthcheck");
    }

    /** Runs one of its commands, which ends by itself. */
    public static PackagedProgram command(Path directory, Map<String, String> environment, String... arguments) {
        return run(directory, 0, environment, List.of(), arguments);
    }

    /** Creates the academy {@code harbour} by the program's own command, and returns the key that it shows. */
    public static String createAcademy(Path directory, Map<String, String> environment) {
        try (PackagedProgram command = command(
                directory,
                environment,
                "create-academy",
                "--slug",
                "harbour",
                "--name",
                "Harbour Martial Arts",
                "--zone",
                "Australia/Sydney")) {
            if (command.awaitExit() != 0) {
                throw new IllegalStateException("no academy was created:\n" + command.output());
            }
            return command.output()
                    .lines()
                    .filter(line -> line.startsWith("spine_live_"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static PackagedProgram start(
            Path directory, int port, Map<String, String> environment, String... jvmOptions) {
        List<String> options = new ArrayList<>(List.of(jvmOptions));
        options.add("-Dquarkus.http.port=" + port);
        // Any free one: several programs run at once, here and elsewhere on the machine.
        options.add("-Dquarkus.management.port=0");
        return run(directory, port, environment, options);
    }

    private static PackagedProgram run(
            Path directory, int port, Map<String, String> environment, List<String> jvmOptions, String... arguments) {
        List<String> command = new ArrayList<>();
        String executable = System.getProperty("spine.program", "");
        if (executable.isEmpty()) {
            command.add(JAVA);
            command.addAll(SoonerStart.OPTIONS);
            command.addAll(jvmOptions);
            command.add("-jar");
            command.add(JAR.toAbsolutePath().toString());
        } else {
            command.add(executable);
            command.addAll(jvmOptions);
        }
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(directory, "output-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            configure(builder, environment);
            return new PackagedProgram(builder.start(), output, port, arguments.length == 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With these settings alone, whatever whoever runs the tests has set. */
    private static void configure(ProcessBuilder builder, Map<String, String> environment) {
        builder.environment().keySet().removeIf(name -> name.startsWith("SPINE_") || name.startsWith("QUARKUS_"));
        builder.environment().putAll(environment);
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** All that it has written to the console so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void awaitReady() {
        Awaitility.await("the packaged program is ready")
                .atMost(READY_WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .failFast(this::requireRunning)
                .until(() -> status("/health/ready") == 200);
    }

    public boolean hasEnded() {
        return !process.isAlive();
    }

    private void requireRunning() {
        if (hasEnded()) {
            throw new IllegalStateException("it ended with exit code " + process.exitValue() + ":\n" + output());
        }
    }

    /** The status of a GET, or 0 where nothing answers. */
    public int status(String path) {
        try {
            HttpURLConnection request = (HttpURLConnection) uri(path).toURL().openConnection();
            request.setConnectTimeout(2_000);
            request.setReadTimeout(10_000);
            return request.getResponseCode();
        } catch (IOException nothingListens) {
            return 0;
        }
    }

    /** As {@code kill -9}: nothing of the program gets a chance to tidy up. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** As {@code kill}: the program stops in good order, and this does not wait for it. */
    public void askToStop() {
        process.destroy();
    }

    /** As {@link #askToStop()}. Returns its exit code. */
    public int terminate() {
        askToStop();
        return awaitExit();
    }

    /** Waits for its end and returns its exit code. */
    public int awaitExit() {
        try {
            if (process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("it does not end:\n" + output());
    }

    @Override
    public void close() {
        keepMetrics();
        process.destroy();
        try {
            awaitExit();
        } finally {
            process.destroyForcibly();
        }
        // create-academy shows a key on standard output: that is what it is for.
        if (isServer) {
            Evidence.keep("program", output());
            Evidence.keepFindings(
                    "the packaged program",
                    Objects.requireNonNull(output.getParent()).resolve(".spine"));
        }
    }

    private void keepMetrics() {
        Matcher management = MANAGEMENT.matcher(output());
        if (hasEnded() || !management.find()) {
            return;
        }
        try (InputStream scrape =
                URI.create(management.group(1) + "/q/metrics").toURL().openStream()) {
            Evidence.keep("scrape", new String(scrape.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Most of these tests' time is JVMs that start. The quick compiler alone and an archive of the classes that a start
     * loads halve it; neither changes what the program does.
     */
    private static final class SoonerStart {

        private static final Path ARCHIVE = Path.of("target", "program.jsa").toAbsolutePath();

        static final List<String> OPTIONS = List.of(
                "-XX:TieredStopAtLevel=1", "-XX:SharedArchiveFile=" + archive(), "-Xlog:cds=off", "-Xlog:aot=off");

        /** Made by a start that ends by itself, as there is no database at port 1. */
        private static Path archive() {
            try {
                Files.deleteIfExists(ARCHIVE);
                Path output = ARCHIVE.resolveSibling("program.jsa.log");
                ProcessBuilder builder = new ProcessBuilder(
                                JAVA,
                                "-XX:TieredStopAtLevel=1",
                                "-XX:ArchiveClassesAtExit=" + ARCHIVE,
                                "-Dquarkus.http.port=0",
                                "-Dquarkus.management.port=0",
                                "-jar",
                                JAR.toAbsolutePath().toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
                configure(
                        builder,
                        Map.of(
                                "QUARKUS_DATASOURCE_JDBC_URL",
                                "jdbc:postgresql://127.0.0.1:1/none",
                                "QUARKUS_DATASOURCE_PASSWORD",
                                "none"));
                Process start = builder.start();
                if (!start.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                    start.destroyForcibly();
                    throw new IllegalStateException("the start without a database does not end: see " + output);
                }
                if (!Files.exists(ARCHIVE)) {
                    throw new IllegalStateException("no archive of classes was made: see " + output);
                }
                return ARCHIVE;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
