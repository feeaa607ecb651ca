package app.spine.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search for keys after a test run finds those that are planted. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class FindKeysTest {

    @TempDir
    Path directory;

    private final String key = KeyText.generate(Environment.LIVE, new SecureRandom());

    // Around the end of a chunk, so that every cut through a key is among them.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5_000, (1 << 20) - 60, (1 << 20) - 47, (1 << 20) - 20, (1 << 20) - 1, 1 << 20, 3 << 20})
    void findsAKeyOnceWhereverItStandsAndDoesNotShowIt(int before) throws IOException {
        byte[] planted = ("\0".repeat(before) + key + "\u00ff tail").getBytes(StandardCharsets.ISO_8859_1);
        Files.createDirectories(directory.resolve("a/b"));
        Files.write(directory.resolve("a/b/base"), planted);

        assertThat(FindKeys.in(directory))
                .singleElement()
                .satisfies(found -> assertThat(found)
                        .contains("base, byte " + before + ": " + key.substring(0, 15))
                        .doesNotContain(key));
    }

    @Test
    void findsAKeyThatRunsIntoOthers() throws IOException {
        Files.writeString(directory.resolve("log"), "spine_live_" + key + key + "x");
        assertThat(FindKeys.in(directory)).hasSize(2);
    }

    @Test
    void passesOverExamplesAndTheDemosKeys() throws IOException {
        Files.writeString(directory.resolve("README.md"), "spine_live_" + "0".repeat(36));
        Files.writeString(directory.resolve("demo-keys.env"), "SPINE_ADMIN_KEY=" + key);
        assertThat(FindKeys.in(directory)).isEmpty();
        assertThat(FindKeys.in(directory.resolve("nowhere"))).isEmpty();
    }

    @Test
    void endsTheBuildWithTheFileAndWithoutTheKey() throws IOException {
        Path log = Files.writeString(directory.resolve("program.log"), "Bearer " + key);
        assertThatThrownBy(() -> FindKeys.main(new String[] {directory.toString()}))
                .hasMessageContaining(log.toString())
                .hasMessageNotContaining(key);
        Files.delete(log);
        assertThatCode(() -> FindKeys.main(new String[] {directory.toString()})).doesNotThrowAnyException();
    }

    @Test
    void findsTablesThatWereNotKeptToTheEnd() throws IOException {
        Path tables = directory.resolve(Evidence.TABLES + "1.txt");
        Files.writeString(tables, "-- api_consumers\n");
        assertThat(FindKeys.in(directory))
                .singleElement()
                .satisfies(found -> assertThat(found).contains(Evidence.TABLES, "not all tables"));
        Files.writeString(tables, "-- api_consumers\n" + Evidence.END);
        assertThat(FindKeys.in(directory)).isEmpty();
    }

    @Test
    void findsAKeyInAnyTable() throws Exception {
        Academy academy = Academy.open();
        Path dump = directory.resolve("dump");
        Academy.execute("update tenants set name = ? where id = ?", "Named " + key, academy.id());
        try (Connection connection = EmbeddedDatabaseResource.connectAsSuperuser()) {
            Evidence.dump(connection, dump);
        } finally {
            Academy.execute("update tenants set name = 'Named' where id = ?", academy.id());
        }
        assertThat(FindKeys.in(dump)).isNotEmpty();
        assertThat(Files.readString(dump))
                .contains("-- api_requests\n", "-- audit_values\n", "-- idempotency_keys\n", "-- api_keys\n")
                .endsWith(Evidence.END);
    }
}
