package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.PackagedProgram;
import io.restassured.RestAssured;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program does on a PostgreSQL that somebody else runs. */
@Timeout(300)
class ExternalDatabaseIT {

    private static final String[] HARBOUR = {
        "create-academy", "--slug", "harbour", "--name", "Harbour Martial Arts", "--zone", "Australia/Sydney"
    };

    @TempDir
    static Path serverDirectory;

    private static ExternalServer server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = ExternalServer.start(serverDirectory.resolve("server"));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void resetRoles() throws SQLException {
        server.resetRoles();
    }

    @Test
    void usesItAloneWithoutDemoDataAndOpensItsFirstAcademyByCommand() throws SQLException {
        server.dropDatabase();
        try (PackagedProgram early = PackagedProgram.command(directory, server.environment(), HARBOUR)) {
            assertThat(early.awaitExit()).isEqualTo(1);
            assertThat(early.output())
                    .contains("start Operating Spine on it once")
                    .doesNotContain("spine_live_");
        }
        try (PackagedProgram program = PackagedProgram.startReady(directory, server.environment())) {
            assertThat(directory.resolve(".spine")).doesNotExist();
            assertThat(ProcessHandle.of(program.pid()).orElseThrow().descendants())
                    .isEmpty();
            assertThat(program.output()).doesNotContain("embedded", "demo", "ERROR");
            assertThat(server.select("select count(*) from tenants")).isEqualTo("0");

            String key = createHarbour();
            RestAssured.given()
                    .baseUri(program.uri("/").toString())
                    .header("Authorization", "Bearer " + key)
                    .get("/v1/consumer")
                    .then()
                    .statusCode(200)
                    .body("name", org.hamcrest.Matchers.equalTo("Academy automation"))
                    .body("scopes", org.hamcrest.Matchers.hasItems("members:read", "consumers:write"));
            assertThat(
                            server.select(
                                    "select s.slug from tenants t join tenants s on s.sandbox_of = t.id where t.slug = 'harbour'"))
                    .isEqualTo("harbour-sandbox");
            assertThat(server.select("""
                            select string_agg(event || ' ' || actor_kind || ' ' || actor_id, ', ' order by event)
                            from audit_log where actor_id = 'create-academy'"""))
                    .isEqualTo("academy.created system create-academy, consumer.created system create-academy,"
                            + " consumer.key_issued system create-academy");
            refusesOtherAcademies();
        }
    }

    /** Only the last line but its explanation is the key, so the output is taken apart as a script would. */
    private String createHarbour() {
        try (PackagedProgram command = PackagedProgram.command(directory, server.environment(), HARBOUR)) {
            assertThat(command.awaitExit()).as(command.output()).isZero();
            List<String> keys = command.output()
                    .lines()
                    .filter(line -> line.matches("spine_live_[0-9A-Za-z]{36}"))
                    .toList();
            assertThat(keys).hasSize(1);
            return keys.getFirst();
        }
    }

    private void refusesOtherAcademies() throws SQLException {
        refuses("harbour", "Another", "Australia/Perth", "is taken");
        refuses("harbour-sandbox", "Another", "Australia/Perth", "is taken");
        refuses("portal", "Another", "Australia/Perth", "platform's own");
        refuses("Harbour 2", "Another", "Australia/Perth", "lower-case letters");
        refuses("h".repeat(56), "Another", "Australia/Perth", "lower-case letters");
        refuses("lakeside", " ", "Australia/Perth", "1 to 190");
        refuses("lakeside", "Lakeside", "Australia/Atlantis", "no time zone");
        assertThat(server.select("select count(*) from tenants")).isEqualTo("2");
        assertThat(server.select("select count(*) from api_keys")).isEqualTo("1");
    }

    private void refuses(String slug, String name, String zone, String reason) {
        try (PackagedProgram command = PackagedProgram.command(
                directory, server.environment(), "create-academy", "--slug", slug, "--name", name, "--zone", zone)) {
            assertThat(command.awaitExit()).as(command.output()).isEqualTo(1);
            assertThat(command.output()).contains(reason).doesNotContain("spine_live_", "\tat ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.datasource.jdbc.url",
                "quarkus.flyway.username",
                "quarkus.flyway.password",
                "spine.peppers"
            })
    void namesTheSettingThatCreatingAnAcademyLacks(String setting) {
        Map<String, String> environment = server.environment();
        environment.remove(ExternalServer.variable(setting));
        try (PackagedProgram command = PackagedProgram.command(directory, environment, HARBOUR)) {
            assertThat(command.awaitExit()).isEqualTo(1);
            assertThat(command.output()).contains(setting + " is not set").doesNotContain("\tat ");
        }
    }

    @Test
    void startsOnTheSchemaOfALaterVersionAfterARollback() throws SQLException {
        try (PackagedProgram later = PackagedProgram.startReady(directory, server.environment())) {
            later.terminate();
        }
        server.execute("""
                insert into flyway_schema_history (installed_rank, version, description, type, script, checksum,
                    installed_by, execution_time, success)
                values (9999, '999', 'of a later version', 'SQL', 'V999__later.sql', 1, 'spine_owner', 1, true)""");
        try (PackagedProgram earlier = PackagedProgram.startReady(directory, server.environment())) {
            assertThat(earlier.status("/v1/members")).isEqualTo(401);
        } finally {
            server.execute("delete from flyway_schema_history where installed_rank = 9999");
        }
    }

    @Test
    @Tag("native")
    void asksFlywayOnlyWhereAMigrationIsMissing() throws SQLException {
        try (PackagedProgram migrating = PackagedProgram.startReady(directory, server.environment())) {
            migrating.terminate();
        }
        Map<String, String> environment = server.environment();
        environment.put("QUARKUS_FLYWAY_USERNAME", "nobody_of_that_name");
        try (PackagedProgram again = PackagedProgram.startReady(directory, environment)) {
            assertThat(again.status("/v1/members")).isEqualTo(401);
        }
        server.execute("update flyway_schema_history set checksum = checksum + 1 where version = '001'");
        try (PackagedProgram suspicious = PackagedProgram.start(directory, environment)) {
            assertThat(suspicious.awaitExit()).isEqualTo(1);
            assertThat(suspicious.output()).contains("nobody_of_that_name");
        } finally {
            server.execute("update flyway_schema_history set checksum = checksum - 1 where version = '001'");
        }
    }

    @Test
    void makesDemoDataWhenItIsAskedTo() throws IOException, SQLException {
        server.dropDatabase();
        Map<String, String> environment = server.environment();
        environment.put("SPINE_DEMO", "true");
        try (PackagedProgram program = PackagedProgram.startReady(directory, environment)) {
            assertThat(directory.resolve(".spine/data")).doesNotExist();
            String key = Files.readAllLines(directory.resolve(".spine/demo-keys.env"))
                    .getFirst()
                    .replace("SPINE_ADMIN_KEY=", "");
            RestAssured.given()
                    .baseUri(program.uri("/").toString())
                    .header("Authorization", "Bearer " + key)
                    .get("/v1/members?limit=3")
                    .then()
                    .statusCode(200)
                    .body("data.size()", org.hamcrest.Matchers.equalTo(3));
        }
    }

    @Test
    void refusesToStartWithoutPeppers() {
        Map<String, String> environment = server.environment();
        environment.remove("SPINE_PEPPERS");
        refusesToStart(environment, "spine.peppers is not set", "SPINE_PEPPERS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret-without-a-version", "1:c2hvcnQ", "1:Y2hhbmdlbWVjaGFuZ2VtZWNoYW5nZW1lY2hhbmdlbWU"})
    void refusesToStartWithMalformedOrWeakPeppersAndDoesNotShowThem(String peppers) {
        Map<String, String> environment = server.environment();
        environment.put("SPINE_PEPPERS", peppers);
        String output = refusesToStart(environment, "spine.peppers cannot be used", "SPINE_PEPPERS");
        assertThat(output).doesNotContain(peppers);
    }

    @Test
    void takesPasswordsAndPeppersFromFiles() throws IOException {
        Map<String, String> environment = server.environment();
        for (String variable : List.of("QUARKUS_DATASOURCE_PASSWORD", "QUARKUS_FLYWAY_PASSWORD", "SPINE_PEPPERS")) {
            Path file = Files.writeString(directory.resolve(variable), environment.remove(variable) + "\n");
            environment.put(variable + "_FILE", file.toString());
            // As deploy/compose.yaml has it.
            environment.put(variable, "");
        }
        try (PackagedProgram program = PackagedProgram.startReady(directory, environment)) {
            assertThat(program.status("/v1/members")).isEqualTo(401);
        }
        try (PackagedProgram command = PackagedProgram.command(
                directory, environment, "create-academy", "--slug", "filed", "--name", "Filed", "--zone", "UTC")) {
            assertThat(command.awaitExit()).as(command.output()).isZero();
        }
    }

    @Test
    void refusesToStartWithASecretFileThatIsNotThere() {
        Map<String, String> environment = server.environment();
        environment.remove("SPINE_PEPPERS");
        environment.put("SPINE_PEPPERS_FILE", "/nowhere/peppers");
        try (PackagedProgram program = PackagedProgram.start(directory, environment)) {
            assertThat(program.awaitExit()).isEqualTo(1);
            assertThat(program.output())
                    .contains("SPINE_PEPPERS_FILE names /nowhere/peppers")
                    .doesNotContain("\tat ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "changeme, fewer than 12 characters",
        "aaaaaaaaaaaaaaaa, fewer than 5 different characters",
        "123412341234, fewer than 5 different characters"
    })
    void refusesAPasswordInProductionThatCouldBeGuessed(String password, String reason) throws SQLException {
        Map<String, String> environment = server.environment();
        server.execute("alter role spine_app password '%s'".formatted(password));
        environment.put("QUARKUS_DATASOURCE_PASSWORD", password);
        environment.put("SPINE_PROFILE", "production");
        String output = refusesToStart(environment, "QUARKUS_DATASOURCE_PASSWORD has " + reason, "deploy/roles.sh");
        assertThat(output).doesNotContain(password);
    }

    @Test
    void refusesDemoDataInProduction() throws SQLException {
        server.dropDatabase();
        Map<String, String> environment = server.environment();
        environment.put("SPINE_DEMO", "true");
        environment.put("SPINE_PROFILE", "production");
        refusesToStart(environment, "SPINE_PROFILE=production", "Unset SPINE_DEMO");
        assertThat(server.select("select count(*) from tenants")).isEqualTo("0");
    }

    @Test
    void refusesInProductionADatabaseThatHoldsDemoAcademies() throws SQLException {
        server.dropDatabase();
        Map<String, String> environment = server.environment();
        environment.put("SPINE_DEMO", "true");
        environment.put(
                "SPINE_DEMO_KEYS_FILE", directory.resolve("demo-keys.env").toString());
        try (PackagedProgram making = PackagedProgram.startReady(directory, environment)) {
            making.terminate();
        }
        environment.remove("SPINE_DEMO");
        try (PackagedProgram another = PackagedProgram.startReady(directory, environment)) {
            assertThat(another.status("/v1/members")).isEqualTo(401);
        }
        environment.put("SPINE_PROFILE", "production");
        refusesToStart(
                environment,
                "It holds demo academies (harbour, lakeside)",
                "Set QUARKUS_DATASOURCE_JDBC_URL to another");
    }

    @Test
    void startsInProductionWithAnAcademyThatIsOnlyCalledAsTheDemosIs() throws SQLException {
        server.dropDatabase();
        Map<String, String> environment = server.environment();
        environment.put("SPINE_PROFILE", "production");
        try (PackagedProgram migrating = PackagedProgram.startReady(directory, environment)) {
            assertThat(createHarbour()).isNotEmpty();
            migrating.terminate();
        }
        try (PackagedProgram again = PackagedProgram.startReady(directory, environment)) {
            assertThat(again.status("/v1/members")).isEqualTo(401);
        }
    }

    @Test
    void refusesDemoDataBesideAcademiesOfOthers() throws SQLException {
        server.dropDatabase();
        try (PackagedProgram migrating = PackagedProgram.startReady(directory, server.environment())) {
            assertThat(createHarbour()).isNotEmpty();
            migrating.terminate();
        }
        Map<String, String> environment = server.environment();
        environment.put("SPINE_DEMO", "true");
        refusesToStart(environment, "beside the ones that this database holds", "Unset SPINE_DEMO");
        assertThat(server.select("select count(*) from api_keys")).isEqualTo("1");
    }

    @Test
    void refusesToStartAsASuperuser() {
        Map<String, String> environment = server.environment();
        environment.put("QUARKUS_DATASOURCE_USERNAME", "postgres");
        environment.put("QUARKUS_DATASOURCE_PASSWORD", server.superuserPassword());
        refusesToStart(environment, "postgres is a superuser", "QUARKUS_DATASOURCE_USERNAME");
    }

    @Test
    void refusesToStartAsTheOwnerOfTheTables() throws SQLException {
        // Of which there is none until the start itself has made them.
        server.dropDatabase();
        Map<String, String> environment = server.environment();
        environment.put("QUARKUS_DATASOURCE_USERNAME", environment.get("QUARKUS_FLYWAY_USERNAME"));
        environment.put("QUARKUS_DATASOURCE_PASSWORD", environment.get("QUARKUS_FLYWAY_PASSWORD"));
        refusesToStart(environment, "spine_owner owns the table", "QUARKUS_DATASOURCE_USERNAME");
    }

    @ParameterizedTest
    @CsvSource({
        "alter role spine_app bypassrls, spine_app has BYPASSRLS",
        "create role auditor bypassrls; grant auditor to spine_app, spine_app is a member of auditor",
        "create role reader; grant postgres to reader; grant reader to spine_app, spine_app is a member of postgres",
        "alter role spine_app set synchronous_commit = off, synchronous_commit=off"
    })
    void refusesToStartAsARoleThatCannotBeTrusted(String alteration, String reason) throws SQLException {
        server.execute(alteration);
        refusesToStart(server.environment(), reason, "Set ");
    }

    @Test
    void refusesToStartWithASensitiveColumnOfWhichNobodySaidWhatItHolds() throws SQLException {
        try (PackagedProgram migrating = PackagedProgram.startReady(directory, server.environment())) {
            assertThat(migrating.output()).doesNotContain("redaction.properties");
        }
        server.execute("alter table members add column medical_note text");
        try {
            refusesToStart(
                    server.environment(),
                    "members.medical_note",
                    "src/main/resources/redaction.properties, with a line for each");
        } finally {
            server.execute("alter table members drop column medical_note");
        }
    }

    @Test
    void refusesToStartOnAServerThatForgetsWhatItWrote() throws Exception {
        // The library's own default is fsync=off; it sits on the command line, where no ALTER SYSTEM reaches it.
        try (EmbeddedPostgres forgetful = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(EmbeddedDatabaseResource.PROGRAMS.toFile())
                .setDataDirectory(serverDirectory.resolve("forgetful"))
                .setPGStartupWait(Duration.ofSeconds(60))
                .start()) {
            Map<String, String> environment = new HashMap<>(server.environment());
            environment.put(
                    "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://localhost:" + forgetful.getPort() + "/spine");
            try (Connection connection = forgetful.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create role spine_owner login");
                statement.execute("create role spine_app login");
                statement.execute("create database spine owner spine_owner");
            }
            refusesToStart(environment, "fsync=off", "Set fsync = on");
        }
    }

    @Test
    void refusesToStartOnAServerOfAnOldVersion() throws SQLException {
        // What the server says of itself, said by a function that the role finds first.
        server.execute("""
                create schema old;
                create function old.current_setting(setting text) returns text language sql as
                    $$ select case setting when 'server_version_num' then '140019' when 'server_version' then '14.19'
                       else pg_catalog.current_setting(setting) end $$;
                grant usage on schema old to spine_app;
                alter role spine_app in database spine set search_path = old, pg_catalog, public""");
        try {
            refusesToStart(server.environment(), "It is PostgreSQL 14.19", "Upgrade it to 15 or later");
        } finally {
            server.execute("alter role spine_app in database spine reset search_path; drop schema old cascade");
        }
    }

    @Test
    void refusesAFeedUrlThatIsNoneOfPostgresql() {
        Map<String, String> environment = server.environment();
        environment.put("SPINE_DATABASE_FEED_URL", "postgres://server/spine?password=hidden");
        assertThat(refusesToStart(
                        environment, "SPINE_DATABASE_FEED_URL is no URL", "jdbc:postgresql://HOST:5432/spine"))
                .doesNotContain("hidden");
    }

    private String refusesToStart(Map<String, String> environment, String reason, String remedy) {
        try (PackagedProgram program = PackagedProgram.start(directory, environment)) {
            assertThat(program.awaitExit()).as(program.output()).isEqualTo(1);
            assertThat(program.output()).contains(reason, remedy).doesNotContain("\tat ", "ERROR", "Exception");
            assertThat(directory.resolve(".spine")).doesNotExist();
            return program.output();
        }
    }
}
