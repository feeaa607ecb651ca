package app.spine.embedded;

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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
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
    void startsInANewDirectoryWithRolesThatCanDoNoMoreThanTheyNeed() throws Exception {
        try (EmbeddedDatabase database = start()) {
            assertThat(query(
                            asOwner(database),
                            "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole"
                                    + " FROM pg_roles WHERE rolname LIKE 'spine%' ORDER BY 1"))
                    .containsExactly("spine_app t f f f f", "spine_owner t f f f f", "spine_worker t f f f f");
            assertThat(query(
                            asOwner(database),
                            "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate"
                                    + " FROM pg_database WHERE datname = 'spine'"))
                    .containsExactly("spine_owner UTF8 C");
            assertThatThrownBy(() -> execute(asApp(database), "CREATE TABLE public.mine (id int)"))
                    .hasMessageContaining("permission denied for schema public");
            assertThat(query(asApp(database), "SELECT has_database_privilege('public', 'spine', 'CONNECT')"))
                    .containsExactly("f");
        }
    }

    @Test
    void givesTheApplicationAllItNeedsToKnow() {
        try (EmbeddedDatabase database = start()) {
            assertThat(database.properties())
                    .containsEntry("quarkus.datasource.username", "spine_app")
                    .containsEntry("quarkus.flyway.username", "spine_owner")
                    .containsEntry("spine.embedded", "true")
                    .hasEntrySatisfying(
                            "spine.peppers", peppers -> assertThat(peppers).matches("1:[A-Za-z0-9_-]{43}"))
                    .hasEntrySatisfying(
                            "quarkus.datasource.jdbc.url",
                            url -> assertThat(url).matches("jdbc:postgresql://127\\.0\\.0\\.1:[0-9]+/spine"));
        }
    }

    @Test
    void keepsCommitsThroughAPowerCut() throws Exception {
        try (EmbeddedDatabase database = start()) {
            assertThat(query(
                            asApp(database),
                            "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
                                    + " current_setting('full_page_writes'), current_setting('data_checksums')"))
                    .containsExactly("on on on on");
        }
    }

    @Test
    void listensOnLoopbackOnlyAndInUtc() throws Exception {
        try (EmbeddedDatabase database = start()) {
            assertThat(query(
                            database.asSuperuser("spine").getConnection(),
                            "SELECT name, reset_val FROM pg_settings WHERE name IN"
                                    + " ('listen_addresses', 'unix_socket_directories', 'log_timezone', 'TimeZone')"
                                    + " AND source = 'command line' ORDER BY 1"))
                    .contains("listen_addresses 127.0.0.1", "log_timezone UTC", "unix_socket_directories ");
            assertThat(query(database.asSuperuser("spine").getConnection(), "SELECT pg_read_file('postmaster.opts')"))
                    .singleElement()
                    .asString()
                    .contains("timezone=UTC");
        }
    }

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
    void refusesASecondHolderInTheSameProgram() {
        try (EmbeddedDatabase database = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(EmbeddedDatabaseException.class)
                    .hasMessageContaining(database.directory().toString());
        }
    }

    @Test
    void refusesEveryLoginWithoutPassword() {
        try (EmbeddedDatabase database = start()) {
            for (String role : List.of("postgres", "spine_owner", "spine_app", "spine_worker")) {
                for (String name : List.of("postgres", "template1", "spine")) {
                    String url = database.jdbcUrl().replaceFirst("/spine$", "/" + name);
                    assertThatThrownBy(() -> DriverManager.getConnection(url, role, ""))
                            .isInstanceOf(SQLException.class)
                            .hasMessageContaining("password");
                    assertThatThrownBy(() -> DriverManager.getConnection(url, role, "guessed"))
                            .hasMessageContaining("password authentication failed");
                }
            }
        }
        assertThat(home().resolve("data/pg_hba.conf")).content().doesNotContainPattern("(?m)^[^#].*(trust|peer)");
    }

    @Test
    void keepsItsSecretsFromOtherUsers() throws Exception {
        try (EmbeddedDatabase database = start()) {
            assertThat(permissions(database.directory())).isEqualTo("rwx------");
            assertThat(permissions(database.directory().resolve("secrets.properties")))
                    .isEqualTo("rw-------");
            assertThat(database.directory().resolve("superuser")).doesNotExist();
        }
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

    private static Connection asOwner(EmbeddedDatabase database) throws SQLException {
        return connect(database, "quarkus.flyway");
    }

    private static Connection asApp(EmbeddedDatabase database) throws SQLException {
        return connect(database, "quarkus.datasource");
    }

    private static Connection connect(EmbeddedDatabase database, String prefix) throws SQLException {
        Map<String, String> properties = database.properties();
        return DriverManager.getConnection(
                database.jdbcUrl(), properties.get(prefix + ".username"), properties.get(prefix + ".password"));
    }

    private static Connection connect(Map<String, String> holder, String role, String password) throws SQLException {
        return DriverManager.getConnection(holder.get("url"), role, holder.get(password));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Each row's columns with blanks between them. */
    private static List<String> query(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> columns = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    columns.add(result.getString(column));
                }
                rows.add(String.join(" ", columns));
            }
        }
        return rows;
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
