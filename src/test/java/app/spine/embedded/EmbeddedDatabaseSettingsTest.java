package app.spine.embedded;

import static app.spine.embedded.Sql.asApp;
import static app.spine.embedded.Sql.asOwner;
import static app.spine.embedded.Sql.execute;
import static app.spine.embedded.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.EmbeddedDatabaseResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a running embedded database is like; none of these tests changes it. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedDatabaseSettingsTest {

    private final EmbeddedDatabase database;

    EmbeddedDatabaseSettingsTest(@TempDir Path scratch) {
        database = EmbeddedDatabase.start(scratch.resolve("spine home"), EmbeddedDatabaseResource.PROGRAMS);
    }

    @AfterAll
    void stop() {
        database.close();
    }

    @Test
    void hasRolesThatCanDoNoMoreThanTheyNeed() throws Exception {
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

    @Test
    void givesTheApplicationAllItNeedsToKnow() {
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

    @Test
    void keepsCommitsThroughAPowerCut() throws Exception {
        assertThat(query(
                        asApp(database),
                        "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
                                + " current_setting('full_page_writes'), current_setting('data_checksums')"))
                .containsExactly("on on on on");
    }

    @Test
    void listensOnLoopbackOnlyAndInUtc() throws Exception {
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

    @Test
    void refusesASecondHolderInTheSameProgram() {
        assertThatThrownBy(() -> EmbeddedDatabase.start(database.directory()))
                .isInstanceOf(EmbeddedDatabaseException.class)
                .hasMessageContaining(database.directory().toString());
    }

    @Test
    void refusesEveryLoginWithoutPassword() {
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
        assertThat(database.directory().resolve("data/pg_hba.conf"))
                .content()
                .doesNotContainPattern("(?m)^[^#].*(trust|peer)");
    }

    @Test
    void keepsItsSecretsFromOtherUsers() throws Exception {
        assertThat(permissions(database.directory())).isEqualTo("rwx------");
        assertThat(permissions(database.directory().resolve("secrets.properties")))
                .isEqualTo("rw-------");
        assertThat(database.directory().resolve("superuser")).doesNotExist();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
