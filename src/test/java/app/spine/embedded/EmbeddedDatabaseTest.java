package app.spine.embedded;

import static app.spine.embedded.Sql.asApp;
import static app.spine.embedded.Sql.asOwner;
import static app.spine.embedded.Sql.execute;
import static app.spine.embedded.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.EmbeddedDatabaseResource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedDatabaseTest {

    @TempDir
    Path scratch;

    @Test
    void findsItsRowsSecretsAndPortAgain() throws Exception {
        Map<String, String> before;
        try (EmbeddedDatabase database = start()) {
            before = database.properties();
            execute(asOwner(database), "CREATE TABLE kept AS SELECT 7 AS seven");
        }
        try (EmbeddedDatabase database = start()) {
            assertThat(query(asOwner(database), "SELECT seven FROM kept")).containsExactly("7");
            assertThat(database.properties()).isEqualTo(before);
        }
    }

    @Test
    void findsItsCommittedRowsAfterItsProgramWasKilledAndTheServerLivedOn() throws Exception {
        Process program = startHolder();
        Map<String, String> secrets = untilStarted(program);
        long orphan = postmasterPid();
        try (Connection committed = connect(secrets, "spine_owner", "owner.password")) {
            execute(committed, "CREATE TABLE kept AS SELECT 7 AS seven");
        }
        program.destroyForcibly().waitFor();
        assertThat(Files.exists(postmasterFile()))
                .as("the server is an orphan now")
                .isTrue();
        try (EmbeddedDatabase database = start()) {
            assertThat(postmasterPid()).isNotEqualTo(orphan);
            assertThat(query(asOwner(database), "SELECT seven FROM kept")).containsExactly("7");
        }
    }

    @Test
    void leavesAProcessAloneThatHasTheNumberOfAServerLongGone() throws Exception {
        try (EmbeddedDatabase database = start()) {
            execute(asOwner(database), "CREATE TABLE kept AS SELECT 7 AS seven");
        }
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.write(postmasterFile(), List.of(Long.toString(stranger.pid()), home() + "/data"));
            try (EmbeddedDatabase database = start()) {
                assertThat(query(asOwner(database), "SELECT seven FROM kept")).containsExactly("7");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void refusesASecondProgramOnTheSameDirectory() throws Exception {
        Process program = startHolder();
        try {
            untilStarted(program);
            assertThatThrownBy(this::start)
                    .isInstanceOf(EmbeddedDatabaseException.class)
                    .hasMessageContaining("process " + program.pid())
                    .hasMessageContaining("kill " + program.pid())
                    .hasMessageContaining("spine.embedded.directory");
        } finally {
            program.destroy();
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(Files.exists(postmasterFile()))
                .as("the server ended with its program")
                .isFalse();
    }

    @Test
    void beginsAgainWhereAKillCutInitdbShort() throws Exception {
        Files.createDirectories(home().resolve("data/base"));
        Files.createFile(home().resolve("lock"));
        Files.writeString(home().resolve("data/postgresql.conf"), "half a fi");
        try (EmbeddedDatabase database = start()) {
            assertThat(query(asApp(database), "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void makesTheRolesThatAKillLeftOut() throws Exception {
        try (EmbeddedDatabase database = start()) {
            execute(database.asSuperuser("postgres").getConnection(), "DROP DATABASE spine");
            execute(database.asSuperuser("postgres").getConnection(), "DROP ROLE spine_app");
        }
        try (EmbeddedDatabase database = start()) {
            assertThat(query(asApp(database), "SELECT current_user")).containsExactly("spine_app");
        }
    }

    @Test
    void saysWhatIsLostWhenTheSecretsAreGone() throws Exception {
        start().close();
        Files.delete(home().resolve("secrets.properties"));
        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedDatabaseException.class)
                .hasMessageContaining("secrets.properties is gone");
    }

    @Test
    void leavesADirectoryOfOthersAlone() throws Exception {
        Files.createDirectories(home());
        Files.writeString(home().resolve("letter.txt"), "not ours");
        Files.setPosixFilePermissions(home(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedDatabaseException.class)
                .hasMessageContaining("holds something else");
        assertThat(permissions(home())).isEqualTo("rwxr-xr-x");
    }

    @Test
    void takesAnotherPortWhenTheOldOneIsTaken() throws Exception {
        String before;
        try (EmbeddedDatabase database = start()) {
            before = database.jdbcUrl();
        }
        int port = Integer.parseInt(before.replaceAll("^.*:([0-9]+)/spine$", "$1"));
        try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                EmbeddedDatabase database = start()) {
            assertThat(taken.isBound()).isTrue();
            assertThat(database.jdbcUrl()).isNotEqualTo(before);
        }
    }

    private Path home() {
        return scratch.resolve("spine home");
    }

    private EmbeddedDatabase start() {
        return EmbeddedDatabase.start(home(), EmbeddedDatabaseResource.PROGRAMS);
    }

    private Process startHolder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        home().toString(),
                        EmbeddedDatabaseResource.PROGRAMS.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Waits for the one line that the holder prints. */
    private Map<String, String> untilStarted(Process program) throws IOException {
        String url = Objects.requireNonNull(program.inputReader().readLine(), "the holder ended");
        Secrets secrets = Secrets.read(home());
        return Map.of("url", url, "owner.password", secrets.ownerPassword());
    }

    private Path postmasterFile() {
        return home().resolve("data/postmaster.pid");
    }

    private long postmasterPid() throws IOException {
        return Long.parseLong(Files.readAllLines(postmasterFile()).getFirst());
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static Connection connect(Map<String, String> holder, String role, String password) throws SQLException {
        return DriverManager.getConnection(holder.get("url"), role, holder.get(password));
    }

    /** A program that holds the database until it is killed. */
    static final class Holder {

        public static void main(String... args) throws InterruptedException {
            EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(args[0]), Path.of(args[1]));
            Runtime.getRuntime().addShutdownHook(new Thread(database::close));
            System.out.println(database.jdbcUrl());
            Thread.currentThread().join();
        }
    }
}
