package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A pepper is replaced without issuing a key anew: nodes with other peppers, side by side on one database. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class PepperRotationTest {

    private static final String OLD =
            Objects.requireNonNull(EmbeddedDatabaseResource.properties().get("spine.peppers"));
    private static final String NEW =
            "2:" + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);

    @Inject
    @DataSource("read")
    AgroalDataSource dataSource;

    private final Academy academy = Academy.open();
    private final TestConsumer used = academy.consumer("members:read");
    private final TestConsumer unused = academy.consumer("members:read");

    @Test
    void storesAKeyUnderTheNewPepperFromItsFirstUseOn() throws SQLException {
        assertThat(version(used)).isEqualTo(1);

        LiveKey found = find(NEW + "," + OLD, used).orElseThrow();

        assertThat(found.keyId()).isEqualTo(used.keyId());
        assertThat(version(used)).isEqualTo(2);
        assertThat(version(unused)).isEqualTo(1);
        assertThat(find(NEW + "," + OLD, used)).isPresent();
    }

    @Test
    void letsTheOldPepperGoForKeysThatWereUsedMeanwhile() throws SQLException {
        assertThat(find(NEW + "," + OLD, used)).isPresent();

        assertThat(find(NEW, used)).isPresent();
        assertThat(find(NEW, unused)).isEmpty();
        assertThat(find(OLD, used)).isEmpty();
        assertThat(find(OLD, unused)).isPresent();
    }

    @Test
    void findsARenewedKeyOnNodesThatStillCallTheOldPepperCurrent() throws SQLException {
        assertThat(find(NEW + "," + OLD, used)).isPresent();

        assertThat(find(OLD + "," + NEW, used)).isPresent();
        assertThat(find(OLD + "," + NEW, unused)).isPresent();
        assertThat(version(used)).isEqualTo(2);
        assertThat(version(unused)).isEqualTo(1);
    }

    @Test
    void leavesARevokedKeyAsItIs() throws SQLException {
        Academy.execute("update api_keys set revoked_at = now() where id = ?", used.keyId());

        assertThat(find(NEW + "," + OLD, used).orElseThrow().revokedAt()).isNotNull();
        assertThat(version(used)).isEqualTo(1);
    }

    @Test
    void findsTheKeyForEachOfManyAtTheSameInstant() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Optional<LiveKey>>> running = new ArrayList<>();
            Callable<Optional<LiveKey>> find = () -> find(NEW + "," + OLD, used);
            for (int i = 0; i < 32; i++) {
                running.add(threads.submit(find));
            }
            for (Future<Optional<LiveKey>> one : running) {
                assertThat(one.get()).isPresent();
            }
        }
        assertThat(version(used)).isEqualTo(2);
    }

    private Optional<LiveKey> find(String peppers, TestConsumer consumer) throws SQLException {
        KeyLookup node = new KeyLookup(dataSource, Peppers.parse(peppers));
        return node.find(consumer.key(), node.hash(consumer.key()));
    }

    private static int version(TestConsumer consumer) {
        return ((Number) Objects.requireNonNull(
                        Academy.query("select pepper_version from api_keys where id = ?", consumer.keyId())
                                .getFirst()))
                .intValue();
    }
}
