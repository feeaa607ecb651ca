package app.spine.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a native program is compiled with, against the history that Flyway wrote of the same files. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class CompiledMigrationsTest {

    private static final Path SOURCES = Path.of("src/main/resources");

    private static final String ANOTHER = """
            insert into flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by,
                execution_time, success)
            values (%d, '%s', 'of another program', 'SQL', 'another.sql', 1, 'spine_owner', 1, true)""";

    @Inject
    DataSource dataSource;

    private Map<String, Integer> compiledIn = Map.of();

    @BeforeEach
    void compile() throws IOException {
        compiledIn = CompiledMigrations.read(List.of(SOURCES));
    }

    @Test
    void areAppliedWithTheChecksumsThatFlywayGaveThem() throws SQLException {
        assertThat(compiledIn).containsKeys("001", "020");
        try (Connection connection = dataSource.getConnection()) {
            assertThat(CompiledMigrations.areApplied(compiledIn, connection)).isTrue();
        }
    }

    @Test
    void areNotAppliedWhereOneIsMissingOrAnother() throws SQLException {
        Map<String, Integer> more = new HashMap<>(compiledIn);
        more.put("998", 1);
        Map<String, Integer> other = new HashMap<>(compiledIn);
        other.computeIfPresent("001", (version, checksum) -> checksum + 1);
        try (Connection connection = dataSource.getConnection()) {
            assertThat(CompiledMigrations.areApplied(more, connection)).isFalse();
            assertThat(CompiledMigrations.areApplied(other, connection)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"success = false", "type = 'DELETE'", "checksum = null", "version = '0071'"})
    void areNotAppliedWhereTheHistorySaysOtherwise(String change) throws SQLException {
        try (Connection connection = EmbeddedDatabaseResource.connectAsOwner();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(statement.executeUpdate("update flyway_schema_history set " + change + " where version = '007'"))
                    .isEqualTo(1);
            assertThat(CompiledMigrations.areApplied(compiledIn, connection)).isFalse();
            connection.rollback();
            assertThat(CompiledMigrations.areApplied(compiledIn, connection)).isTrue();
        }
    }

    @Test
    void mayBeFollowedByLaterOnesButNotHaveOthersAmongThem() throws SQLException {
        try (Connection connection = EmbeddedDatabaseResource.connectAsOwner();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(ANOTHER.formatted(9998, "1000"));
            assertThat(CompiledMigrations.areApplied(compiledIn, connection)).isTrue();
            statement.execute(ANOTHER.formatted(9999, "006.5"));
            assertThat(CompiledMigrations.areApplied(compiledIn, connection)).isFalse();
            connection.rollback();
        }
    }

    @Test
    void areNotAppliedWhereThereIsNoHistoryYet() throws SQLException {
        try (Connection connection = EmbeddedDatabaseResource.connectAsOwner();
                Statement statement = connection.createStatement()) {
            statement.execute("set search_path = pg_catalog");
            assertThat(CompiledMigrations.areApplied(compiledIn, connection)).isFalse();
        }
    }

    @Test
    void areFoundInAJarAmongOthers(@TempDir Path folder) throws IOException {
        Path jar = folder.resolve("program.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("db/migration/"));
            out.putNextEntry(new JarEntry("db/migration/V001__tenancy_create_tenants.sql"));
            Files.copy(SOURCES.resolve("db/migration/V001__tenancy_create_tenants.sql"), out);
        }
        assertThat(CompiledMigrations.read(List.of(folder.resolve("missing"), folder, jar)))
                .isEqualTo(Map.of("001", compiledIn.get("001")));
        assertThatThrownBy(() -> CompiledMigrations.read(List.of(folder))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void areNoneOnTheJvm() {
        assertThat(CompiledMigrations.exist()).isFalse();
    }
}
