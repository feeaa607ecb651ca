package app.spine.consumers;

import static app.spine.consumers.KeyApi.call;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the channel {@code spine_contract} says, and what it keeps quiet about since it makes commits queue. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ContractAnnouncementTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Academy academy = Academy.open();
    private final KeyApi api = new KeyApi(academy);
    private final TestConsumer app = academy.consumer("members:read");
    private final Connection listener = connect();

    private static Connection connect() {
        try {
            return EmbeddedDatabaseResource.connectAsApp();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void listen() throws SQLException {
        try (Statement statement = listener.createStatement()) {
            statement.execute("listen spine_contract");
        }
    }

    @AfterEach
    void hangUp() throws SQLException {
        listener.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update api_consumers set status = 'suspended' where id = ?",
                "update api_consumers set scopes = '{}' where id = ?",
                "update api_consumers set monthly_quota = 9 where id = ?",
                "update api_consumers set oauth_issuer = 'i', oauth_client_id = id::text where id = ?",
                "update api_keys set revoked_at = now() where consumer_id = ?",
                "update api_keys set expires_at = now() where consumer_id = ?",
                "update api_keys set networks = '{10.0.0.0/8}' where consumer_id = ?"
            })
    void namesTheConsumerWhenWhatItMayDoChanges(String change) throws Exception {
        Academy.execute(change, app.id());

        assertThat(heard()).containsExactly(app.id().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update api_consumers set name = 'Other', updated_at = now(), version = version + 1 where id = ?",
                "update api_consumers set status = status, scopes = scopes where id = ?",
                "update api_keys set first_used_at = now() where consumer_id = ?",
                "update api_keys set pepper_version = 2, hash = sha256(hash) where consumer_id = ?",
                "insert into api_key_use (tenant_id, key_id, last_used_at, address, operation)"
                        + " select tenant_id, id, now(), 'x', 'x' from api_keys where consumer_id = ?",
                "insert into api_key_reminders (tenant_id, key_id, days, sent_at)"
                        + " select tenant_id, id, 7, now() from api_keys where consumer_id = ?"
            })
    void saysNothingOfWhatDecidesAboutNoCall(String change) throws Exception {
        Academy.execute(change, app.id());

        assertThat(heard()).isEmpty();
    }

    @Test
    void namesTheAcademyWhenItsDefaultsChange() throws Exception {
        Academy.execute("update tenants set burst_requests = 21 where id = ?", academy.id());
        Academy.execute("update tenants set name = 'Other' where id = ?", academy.id());

        assertThat(heard()).containsExactly("tenant:" + academy.id());
    }

    @Test
    void namesTheConsumerAtARotationAndAtTheFirstUseThatStartsTheClock() throws Exception {
        String key = api.rotated(app, "{\"overlap\": \"PT1H\"}").path("key");
        assertThat(heard()).containsExactly(app.id().toString());

        call(key).then().statusCode(200);
        call(key).then().statusCode(200);
        assertThat(heard()).containsExactly(app.id().toString());
    }

    /** What was said of this academy since the last time. */
    private List<String> heard() throws Exception {
        String end = UUID.randomUUID().toString();
        List<String> names = List.of(app.id().toString(), "tenant:" + academy.id());
        try (PreparedStatement statement = listener.prepareStatement("select pg_notify('spine_contract', ?)")) {
            statement.setString(1, end);
            statement.execute();
        }
        List<String> said = new ArrayList<>();
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        // Whatever was committed before the end is delivered before it.
        while (!said.contains(end)) {
            assertThat(System.nanoTime()).as("the end is heard").isLessThan(deadlineNanos);
            said.addAll(listenOn());
        }
        return said.stream().filter(names::contains).toList();
    }

    /** By reflection: the driver's own type drags its annotations in. */
    private List<String> listenOn() throws Exception {
        Class<?> driver = Class.forName("org.postgresql.PGConnection");
        Method ask = driver.getMethod("getNotifications", int.class);
        Method parameter = Class.forName("org.postgresql.PGNotification").getMethod("getParameter");
        List<String> said = new ArrayList<>();
        Object[] notifications = (Object[]) ask.invoke(listener.unwrap(driver), 100);
        for (Object one : notifications == null ? new Object[0] : notifications) {
            said.add(String.valueOf(parameter.invoke(one)));
        }
        return said;
    }
}
