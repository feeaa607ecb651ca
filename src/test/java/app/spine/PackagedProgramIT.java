package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.PackagedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code java -jar}, or the native executable, promises to whoever starts it. */
@Timeout(300)
class PackagedProgramIT {

    @TempDir
    Path directory;

    @Test
    @Tag("embedded")
    void startsWithoutConfigurationAndStopsItsDatabaseWhenItIsStopped() {
        try (PackagedProgram program = PackagedProgram.startReady(directory, Map.of())) {
            assertThat(program.output())
                    .contains("embedded PostgreSQL", directory.resolve(".spine").toString(), "not for production");
            assertThat(PackagedProgram.healthcheck(directory, program.port()).awaitExit())
                    .isZero();
            program.terminate();
            assertThat(program.output()).doesNotContain("ERROR", "Exception");
        }
        assertThat(directory.resolve(".spine/data/postmaster.pid")).doesNotExist();
        assertThat(directory.resolve(".spine/postgresql.log")).content().contains("database system is shut down");
    }

    @Test
    @Tag("embedded")
    void findsItsDataAfterKillMinusNine() throws Exception {
        PackagedProgram killed = PackagedProgram.startReady(directory, Map.of());
        execute("CREATE TABLE public.kept AS SELECT 7 AS seven");
        killed.kill();
        assertThat(directory.resolve(".spine/data/postmaster.pid"))
                .as("the server outlives its program")
                .exists();
        try (PackagedProgram again = PackagedProgram.startReady(directory, Map.of())) {
            assertThat(again.pid()).isNotEqualTo(killed.pid());
            assertThat(select("SELECT seven FROM public.kept")).isEqualTo("7");
        }
    }

    @Test
    @Tag("embedded")
    void refusesToRunTwiceOnOneDirectory() {
        try (PackagedProgram first = PackagedProgram.startReady(directory, Map.of());
                PackagedProgram second = PackagedProgram.start(directory, Map.of())) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.output())
                    .contains("already runs", "kill " + first.pid(), "QUARKUS_DATASOURCE_JDBC_URL")
                    .doesNotContain("\tat ");
            assertThat(first.status("/health/ready")).isEqualTo(200);
        }
    }

    @Test
    void startsNoDatabaseWhenItIsGivenOne() {
        Map<String, String> configured = new HashMap<>();
        EmbeddedDatabaseResource.properties()
                .forEach((name, value) ->
                        configured.put(name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "_"), value));
        configured.remove("SPINE_EMBEDDED");
        configured.put("SPINE_PROFILE", "production");
        try (PackagedProgram program = PackagedProgram.startReady(directory, configured)) {
            assertThat(program.output()).doesNotContain("embedded PostgreSQL");
            assertThat(directory.resolve(".spine")).doesNotExist();
        }
    }

    @Test
    void takesTheDatabaseFromAConfigurationFileBesideIt() throws Exception {
        Properties configured = new Properties();
        configured.putAll(EmbeddedDatabaseResource.properties());
        configured.remove("spine.embedded");
        Files.createDirectory(directory.resolve("config"));
        try (var writer = Files.newBufferedWriter(directory.resolve("config/application.properties"))) {
            configured.store(writer, null);
        }
        try (PackagedProgram program = PackagedProgram.startReady(directory, Map.of())) {
            assertThat(program.output()).doesNotContain("embedded PostgreSQL");
            assertThat(directory.resolve(".spine")).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SPINE_PROFILE, production",
        "QUARKUS_OIDC_AUTH_SERVER_URL, https://login.example.org",
        "SPINE_PEPPERS, 1:c29tZXRoaW5nLXRoYXQtaXMtbG9uZy1lbm91Z2gtMTI"
    })
    void refusesToRunARealOperationOnTheEmbeddedDatabase(String variable, String value) {
        try (PackagedProgram program = PackagedProgram.start(directory, Map.of(variable, value))) {
            assertThat(program.awaitExit()).isEqualTo(1);
            assertThat(program.output()).contains("QUARKUS_DATASOURCE_JDBC_URL").doesNotContain("\tat ");
            assertThat(directory.resolve(".spine")).doesNotExist();
        }
    }

    @Test
    @Tag("native")
    void saysThatANativeProgramBringsNoDatabase() {
        try (PackagedProgram program = PackagedProgram.start(directory, Map.of())) {
            assertThat(program.awaitExit()).isEqualTo(1);
            assertThat(program.output())
                    .contains("a native program brings no database along", "QUARKUS_DATASOURCE_JDBC_URL")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void reportsByItsHealthcheckThatNothingListens() {
        try (PackagedProgram healthcheck = PackagedProgram.healthcheck(directory, 1)) {
            assertThat(healthcheck.awaitExit()).isEqualTo(1);
            assertThat(healthcheck.output()).contains("http://127.0.0.1:1/health/ready");
            assertThat(directory.resolve(".spine")).doesNotExist();
        }
    }

    private void execute(String sql) throws SQLException, IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String select(String sql) throws SQLException, IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    /** As the owner, by what the program keeps beside its data. */
    private Connection connect() throws SQLException, IOException {
        Properties secrets = new Properties();
        try (var reader = Files.newBufferedReader(directory.resolve(".spine/secrets.properties"))) {
            secrets.load(reader);
        }
        String port = Files.readString(directory.resolve(".spine/port")).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/spine", "spine_owner", secrets.getProperty("owner.password"));
    }
}
