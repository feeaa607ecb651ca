package app.spine.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGConnection;

/** Keeps what a test run wrote where it would be gone with the test, so that {@link FindKeys} can look at it at the end. */
public final class Evidence {

    private static final Path DIRECTORY = Path.of("target", "evidence");

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** The beginning of the names of files with the tables of a test run, which {@link FindKeys} wants whole. */
    static final String TABLES = "tables-";

    /** The last line of tables that were kept to the end. */
    static final String END = "-- these are all tables\n";

    private Evidence() {}

    /** Keeps a text. */
    public static void keep(String name, String text) {
        try {
            Files.writeString(file(name), text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps the rows of all tables, as text. */
    public static void keepDatabase(String name, Connection connection) {
        dump(connection, file(name));
    }

    /** Says that the tables of this test run will be kept, so that it is noticed if they are not. */
    static void expectTables() {
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(ownTables(), "-- the test run has not come to its end\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps the tables of this test run. */
    static void keepTables(Connection connection) {
        dump(connection, ownTables());
    }

    /** Unit and integration tests run one after the other, each in a JVM with a database of its own. */
    private static Path ownTables() {
        return DIRECTORY.resolve(TABLES + ProcessHandle.current().pid() + ".txt");
    }

    /**
     * Keeps what stands where of the keys in a directory that goes with its test: its files are too many to be kept. The
     * database's own files are as they are on disk, in which long values may be compressed.
     */
    public static void keepFindings(String name, Path directory) {
        List<String> found = FindKeys.in(directory);
        if (!found.isEmpty()) {
            throw new IllegalStateException(
                    name + " wrote API keys where none may stand:\n  " + String.join("\n  ", found));
        }
    }

    static void dump(Connection connection, Path file) {
        try (Statement statement = connection.createStatement();
                OutputStream out = Files.newOutputStream(file)) {
            List<String> tables = new ArrayList<>();
            try (ResultSet row = statement.executeQuery("""
                    select quote_ident(relname) from pg_class
                    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
                    order by 1""")) {
                while (row.next()) {
                    tables.add(row.getString(1));
                }
            }
            for (String table : tables) {
                out.write(("-- " + table + "\n").getBytes(StandardCharsets.UTF_8));
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut("copy (select * from public." + table + ") to stdout", out);
            }
            out.write(END.getBytes(StandardCharsets.UTF_8));
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("the tables cannot be kept", e);
        }
    }

    /** Named so that no test run's file takes the place of another's. */
    private static Path file(String name) {
        try {
            Files.createDirectories(DIRECTORY);
            return DIRECTORY.resolve(
                    "%s-%d-%d.txt".formatted(name, ProcessHandle.current().pid(), NUMBER.incrementAndGet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
