package app.spine.testsupport;

import app.spine.consumers.Peppers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

/** The demo consumers' keys, as the start wrote them. */
public record DemoKeysFile(Map<String, String> keys) {

    /** Reads the file. */
    public static DemoKeysFile read(Path file) throws IOException {
        return new DemoKeysFile(Files.readAllLines(file).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(line -> line[0], line -> line[1])));
    }

    /** A demo consumer by the variable of its key. */
    public Academy.TestConsumer consumer(String variable) {
        String key = Objects.requireNonNull(keys.get(variable), variable);
        Peppers peppers = Peppers.parse(
                Objects.requireNonNull(EmbeddedDatabaseResource.properties().get("spine.peppers")));
        byte[] hash = peppers.hmac(peppers.currentVersion(), key);
        return new Academy.TestConsumer(
                only("select consumer_id from api_keys where hash = ?", hash),
                only("select id from api_keys where hash = ?", hash),
                key);
    }

    /** The academy of a slug. */
    public UUID tenant(String slug) {
        return only("select id from tenants where slug = ?", slug);
    }

    private static UUID only(String sql, Object value) {
        return (UUID) Objects.requireNonNull(Academy.query(sql, value).getFirst());
    }
}
