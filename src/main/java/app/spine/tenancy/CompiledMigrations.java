package app.spine.tenancy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;
import org.flywaydb.core.internal.resource.StringResource;
import org.jspecify.annotations.Nullable;

/**
 * The migrations that a native program was compiled with, and whether a database has them all. A start need not read and
 * compare every file then, nor open a connection as the owner, which is an eighth of its time. On the JVM none are
 * compiled in, and every start asks Flyway.
 */
final class CompiledMigrations {

    private static final String FOLDER = "db/migration";

    // Asked first, so that the server's log has no error of the first start. Null where there is no such table.
    private static final String HAS_HISTORY =
            "select has_table_privilege(to_regclass('flyway_schema_history'), 'select')";

    private static final String HISTORY = "select version, type, checksum, success from flyway_schema_history";

    // Set while the program is compiled.
    private static Map<String, Integer> checksums = Map.of();

    private CompiledMigrations() {}

    /** Compiles in what the class path has. For the native builder alone. */
    static void compileIn(List<Path> classPath) throws IOException {
        checksums = Map.copyOf(read(classPath));
    }

    /**
     * The versions of the migrations of a class path, with the checksums that Flyway gives them.
     *
     * @throws IllegalStateException when there are none
     */
    static Map<String, Integer> read(List<Path> classPath) throws IOException {
        Map<String, Integer> found = new HashMap<>();
        for (Path entry : classPath) {
            if (Files.isDirectory(entry)) {
                found.putAll(read(entry.resolve(FOLDER)));
            } else if (Files.isRegularFile(entry)) {
                try (FileSystem jar = FileSystems.newFileSystem(entry)) {
                    found.putAll(read(jar.getPath(FOLDER)));
                }
            }
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("no migration is on the class path " + classPath);
        }
        return found;
    }

    private static Map<String, Integer> read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Map.of();
        }
        Map<String, Integer> read = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                // V007__area_what.sql
                read.put(
                        name.substring(1, name.indexOf("__")),
                        ChecksumCalculator.calculate(
                                new StringResource(Files.readString(file, StandardCharsets.UTF_8))));
            }
        }
        return read;
    }

    /** Whether any were compiled in. */
    static boolean exist() {
        return !checksums.isEmpty();
    }

    /**
     * Whether the database has them all as they were compiled in; false too where there is no history that this role may
     * read, or anything in it that Flyway should look at. Later migrations are a later program's.
     */
    static boolean areApplied(Connection connection) throws SQLException {
        return areApplied(checksums, connection);
    }

    static boolean areApplied(Map<String, Integer> expected, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HAS_HISTORY);
                ResultSet answer = statement.executeQuery()) {
            if (!answer.next() || !answer.getBoolean(1)) {
                return false;
            }
        }
        Map<String, Integer> missing = new HashMap<>(expected);
        try (PreparedStatement statement = connection.prepareStatement(HISTORY);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                if (!row.getBoolean(4) || !"SQL".equals(row.getString(2))) {
                    return false;
                }
                String version = row.getString(1);
                if (!expected.containsKey(version) && !isLater(version, expected)) {
                    return false;
                }
                missing.remove(version, row.getInt(3));
            }
        }
        return missing.isEmpty();
    }

    private static boolean isLater(@Nullable String version, Map<String, Integer> expected) {
        return version != null
                && expected.keySet().stream()
                        .allMatch(known -> MigrationVersion.fromVersion(version).isNewerThan(known));
    }
}
