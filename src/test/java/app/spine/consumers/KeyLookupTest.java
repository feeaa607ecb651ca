package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is the same for many keys is in memory once, and what is not stays apart. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class KeyLookupTest {

    @Inject
    KeyLookup lookup;

    private final Academy academy = Academy.open();

    @Test
    void sharesWhatConsumersOfAnAcademyHaveInCommon() throws SQLException {
        LiveKey one = find(academy.consumer("members:read", "members.contact:read"));
        LiveKey other = find(academy.consumer("members.contact:read", "members:read"));
        assertThat(other.keyId()).isNotEqualTo(one.keyId());
        assertThat(other.tenant()).isSameAs(one.tenant()).isSameAs(one.dataTenant());
        assertThat(other.scopes()).isSameAs(one.scopes());
        assertThat(other.limits()).isSameAs(one.limits());
    }

    @Test
    void keepsApartWhatDiffers() throws SQLException {
        LiveKey reader = find(academy.consumer("members:read"));
        TestConsumer writer = academy.consumer("members:write");
        Academy.execute("update api_consumers set burst_requests = 7 where id = ?", writer.id());
        LiveKey other = find(writer);
        assertThat(other.scopes()).isEqualTo(Set.of("members:write"));
        assertThat(reader.scopes()).isEqualTo(Set.of("members:read"));
        assertThat(other.limits().burstRequests()).isEqualTo(7);
        assertThat(reader.limits().burstRequests()).isNotEqualTo(7);
        assertThat(find(Academy.open().consumer("members:read")).tenant()).isNotEqualTo(reader.tenant());
    }

    @Test
    void followsAnAcademyThatMoves() throws SQLException {
        TestConsumer consumer = academy.consumer("members:read");
        LiveKey before = find(consumer);
        Academy.execute("update tenants set zone = 'Australia/Perth' where id = ?", academy.id());
        assertThat(find(consumer).tenant().zone())
                .hasToString("Australia/Perth")
                .isNotEqualTo(before.tenant().zone());
    }

    @Test
    void isBounded() {
        Canonical<Integer> numbers = new Canonical<>();
        for (int i = 0; i < 3 * Canonical.MOST; i++) {
            assertThat(numbers.of(i)).isEqualTo(i);
        }
        assertThat(numbers.size()).isLessThanOrEqualTo(Canonical.MOST);
    }

    private LiveKey find(TestConsumer consumer) throws SQLException {
        return lookup.find(consumer.key(), lookup.hash(consumer.key())).orElseThrow();
    }
}
