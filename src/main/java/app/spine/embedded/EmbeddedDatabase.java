package app.spine.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** A PostgreSQL of our own, whose data stays in a directory that one program at a time may use. */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** Covers crash recovery after a kill on a slow disk; a healthy start takes under two seconds. */
    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    private static final long LOG_MAX_BYTES = 10L * 1024 * 1024;

    private final Path directory;
    private final DirectoryLock lock;
    private final Secrets secrets;
    private final EmbeddedPostgres postgres;
    private final Postmaster postmaster;

    private EmbeddedDatabase(
            Path directory, DirectoryLock lock, Secrets secrets, EmbeddedPostgres postgres, Postmaster postmaster) {
        this.directory = directory;
        this.lock = lock;
        this.secrets = secrets;
        this.postgres = postgres;
        this.postmaster = postmaster;
    }

    /**
     * Starts the database of this directory, making it if it is new and finishing whatever an earlier start left half
     * done. The caller stops it with {@link #close()}.
     *
     * @throws EmbeddedDatabaseException when it cannot run, in words for the person at the console
     */
    public static EmbeddedDatabase start(Path directory) {
        return start(directory, directory.resolve("postgresql"));
    }

    /** As {@link #start(Path)}, with the server's programs unpacked elsewhere, for tests that start many databases. */
    public static EmbeddedDatabase start(Path directory, Path programs) {
        Path home = directory.toAbsolutePath().normalize();
        try {
            makeDirectoryOfOurOwn(home);
            DirectoryLock lock = DirectoryLock.take(home);
            try {
                return new Start(home, programs.toAbsolutePath().normalize()).run(lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new EmbeddedDatabaseException(
                    "The embedded database cannot use the directory %s: %s. %s".formatted(home, e, Start.REMEDY), e);
        }
    }

    /** Never narrows the rights of a directory that others use, such as the machine's temporary one. */
    private static void makeDirectoryOfOurOwn(Path home) throws IOException {
        if (Files.isDirectory(home) && !Files.exists(home.resolve(DirectoryLock.FILE))) {
            try (Stream<Path> entries = Files.list(home)) {
                if (entries.findAny().isPresent()) {
                    throw new EmbeddedDatabaseException(
                            "The directory %s holds something else than an embedded database. %s"
                                    .formatted(home, Start.REMEDY));
                }
            }
        }
        Files.createDirectories(home);
        Files.setPosixFilePermissions(home, OWNER_ONLY);
    }

    /** What Quarkus and the application need to know of it, by configuration property. */
    public Map<String, String> properties() {
        return Map.of(
                "quarkus.datasource.jdbc.url",
                jdbcUrl(),
                "quarkus.datasource.username",
                "spine_app",
                "quarkus.datasource.password",
                secrets.appPassword(),
                "quarkus.flyway.username",
                "spine_owner",
                "quarkus.flyway.password",
                secrets.ownerPassword(),
                "spine.peppers",
                "1:" + secrets.pepper(),
                "spine.embedded",
                "true",
                // No balancer stands before a trial, so whoever stops it need not wait for one.
                "quarkus.shutdown.delay",
                "0s");
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/spine".formatted(postgres.getPort());
    }

    public Path directory() {
        return directory;
    }

    /** The way in past every right and policy, for tests that look at what the application must not see. */
    public DataSource asSuperuser(String database) {
        return postgres.getDatabase("postgres", database);
    }

    /** Of the role {@code postgres}; the application never gets it. */
    public String superuserPassword() {
        return secrets.superuserPassword();
    }

    /** Stops the server after its last transactions and checkpoint, then lets the directory go. */
    @Override
    public void close() {
        try {
            postmaster.stop();
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The steps of one start. Each leaves the directory so that the next start can go on from there. */
    private record Start(Path home, Path programs) {

        static final String REMEDY = "Give it a directory it may write (-Dspine.embedded.directory=…), or a database"
                + " (QUARKUS_DATASOURCE_JDBC_URL=…).";

        EmbeddedDatabase run(DirectoryLock lock) throws IOException {
            requireUnprivilegedServer();
            Postmaster postmaster = new Postmaster(data());
            postmaster.stop();
            discardHalfUnpackedPrograms();
            discardHalfMadeData();
            Secrets secrets = secrets();
            EmbeddedPostgres postgres = startServer(secrets, postmaster);
            try {
                Map<String, String> passwords = Map.of(
                        "owner_password", secrets.ownerPassword(),
                        "app_password", secrets.appPassword(),
                        "worker_password", secrets.workerPassword());
                new RolesScript(name -> postgres.getDatabase("postgres", name), passwords).run();
            } catch (SQLException | IOException | RuntimeException e) {
                postmaster.stop();
                throw failure("could not prepare its roles", e);
            }
            return new EmbeddedDatabase(home, lock, secrets, postgres, postmaster);
        }

        /** PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it does. */
        private static void requireUnprivilegedServer() throws IOException {
            Path self = Path.of("/proc/self");
            boolean root = Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
            if (root && !LinuxUtils.isUnshareAvailable()) {
                throw new EmbeddedDatabaseException("""
                        PostgreSQL does not run as root, and this machine does not let us give it a user of its own \
                        (unshare -U is missing or forbidden).
                        Start Operating Spine as a normal user, or give it a database (QUARKUS_DATASOURCE_JDBC_URL=…).""");
            }
        }

        private Path data() {
            return home.resolve("data");
        }

        /** Written when initdb is done and on the disk. A data directory without it is rubble. */
        private Path initialised() {
            return data().resolve("spine.initialised");
        }

        /** The unpacking writes {@code .exists} last, and would take a file that a kill cut short for complete. */
        private void discardHalfUnpackedPrograms() throws IOException {
            if (!Files.isDirectory(programs)) {
                return;
            }
            try (Stream<Path> unpacked = Files.list(programs)) {
                if (unpacked.allMatch(version -> Files.exists(version.resolve(".exists")))) {
                    return;
                }
            }
            delete(programs);
        }

        private void discardHalfMadeData() throws IOException {
            if (!Files.exists(data()) || Files.exists(initialised())) {
                return;
            }
            // An initdb that outlived its program would go on writing into the new directory of the same name.
            String path = data().toString();
            List<ProcessHandle> writers = ProcessHandle.allProcesses()
                    .filter(process -> isInitdbOf(process.info(), path))
                    .flatMap(initdb -> Stream.concat(Stream.of(initdb), initdb.descendants()))
                    .toList();
            writers.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle writer : writers) {
                // Bounded, because a process that nobody reaps, as in a container without init, never counts as ended.
                writer.onExit().completeOnTimeout(writer, 5, TimeUnit.SECONDS).join();
            }
            delete(data());
        }

        private static boolean isInitdbOf(ProcessHandle.Info info, String data) {
            return new File(info.command().orElse("")).getName().equals("initdb")
                    && List.of(info.arguments().orElse(new String[0])).contains(data);
        }

        private Secrets secrets() throws IOException {
            if (Secrets.exist(home)) {
                return Secrets.read(home);
            }
            if (Files.exists(initialised())) {
                throw new EmbeddedDatabaseException(
                        "%s/secrets.properties is gone, and with it the way into the data: restore it, or delete %s to begin anew."
                                .formatted(home, home));
            }
            return Secrets.make(home);
        }

        private EmbeddedPostgres startServer(Secrets secrets, Postmaster postmaster) throws IOException {
            try {
                return tryStartServer(secrets);
            } catch (IOException | RuntimeException | ExceptionInInitializerError first) {
                // A pg_ctl that outlived a killed program may have brought its server up just before ours, or taken our
                // port. Whoever is there now is in the pid file.
                postmaster.stop();
                try {
                    return tryStartServer(secrets);
                } catch (IOException | RuntimeException | ExceptionInInitializerError second) {
                    second.addSuppressed(first);
                    postmaster.stop();
                    throw failure("did not start", second);
                }
            }
        }

        private EmbeddedPostgres tryStartServer(Secrets secrets) throws IOException {
            discardHalfMadeData();
            // zonky's own lock, which its stopped or failed instances in this JVM go on holding. Ours protects both.
            Files.deleteIfExists(data().resolve("epg-lock"));
            int port = port();
            // Else it looks after databases in the machine's temporary directory that are none of ours.
            System.setProperty("ot.epg.working-dir", programs.toString());
            Path password = home.resolve("superuser");
            Secrets.writePrivately(password, secrets.superuserPassword());
            try {
                return EmbeddedPostgres.builder()
                        .setOverrideWorkingDirectory(programs.toFile())
                        .setDataDirectory(data())
                        .setCleanDataDirectory(false)
                        .setRegisterShutdownHook(false)
                        .setPGStartupWait(START_WITHIN)
                        .setPort(port)
                        // These three go to initdb, later than zonky's own --auth=trust: no login is ever without
                        // password.
                        .setLocaleConfig("auth", "scram-sha-256")
                        .setLocaleConfig("pwfile", password.toString())
                        .setLocaleConfig("locale", "C")
                        .setConnectConfig("password", secrets.superuserPassword())
                        .setDataDirectoryCustomizer(initdbIsDone -> markInitialised())
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .setServerConfig("unix_socket_directories", "")
                        .setServerConfig("max_connections", "100")
                        .setServerConfig("timezone", "UTC")
                        .setServerConfig("log_timezone", "UTC")
                        // zonky turns both off.
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log().toFile()))
                        .start();
            } finally {
                Files.deleteIfExists(password);
            }
        }

        private void markInitialised() {
            try {
                if (!Files.exists(initialised())) {
                    Secrets.writePrivately(initialised(), "");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The last start's port if it is still free, so that a connection kept in some tool goes on working. */
        private int port() throws IOException {
            Path file = home.resolve("port");
            if (Files.exists(file)) {
                String last = Files.readString(file).strip();
                if (last.matches("[0-9]{1,5}") && Integer.parseInt(last) < 65_536 && isFree(Integer.parseInt(last))) {
                    return Integer.parseInt(last);
                }
            }
            try (ServerSocket any = new ServerSocket(0, 1, loopback())) {
                int port = any.getLocalPort();
                Files.writeString(file, Integer.toString(port));
                return port;
            }
        }

        private static boolean isFree(int port) {
            try (ServerSocket socket = new ServerSocket(port, 1, loopback())) {
                return socket.isBound();
            } catch (IOException taken) {
                return false;
            }
        }

        private static InetAddress loopback() throws IOException {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        }

        private Path log() throws IOException {
            Path log = home.resolve("postgresql.log");
            if (Files.exists(log) && Files.size(log) > LOG_MAX_BYTES) {
                Files.delete(log);
            }
            return log;
        }

        private EmbeddedDatabaseException failure(String what, Throwable cause) throws IOException {
            Throwable root = cause;
            for (Throwable next = root.getCause(); next != null; next = root.getCause()) {
                root = next;
            }
            return new EmbeddedDatabaseException("""
                    The embedded PostgreSQL %s: %s
                    The end of its log, %s:
                    %s
                    %s""".formatted(what, root, log(), endOfLog(), REMEDY), cause);
        }

        private String endOfLog() throws IOException {
            if (!Files.exists(log())) {
                return "(empty)";
            }
            List<String> lines =
                    new String(Files.readAllBytes(log()), UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
        }

        private static void delete(Path directory) throws IOException {
            try (Stream<Path> found = Files.walk(directory)) {
                for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
