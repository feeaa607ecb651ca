package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reminders of keys that end. The program's own schedule may run at any time and finds the same. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class KeyRemindersTest {

    private final Instant end = Instant.now().plus(Duration.ofDays(400));

    @Inject
    KeyReminders reminders;

    private final Academy academy = Academy.open();
    private final KeyApi api = new KeyApi(academy);
    private final TestConsumer app = academy.consumer("members:read");
    private final TestConsumer key = academy.issue(app.id(), Environment.LIVE, null, end);

    @Test
    void comeThirtySevenAndOneDayBeforeEachOnce() throws Exception {
        remind(Duration.ofDays(30).plusSeconds(1));
        assertThat(sent()).isEmpty();
        for (int days : new int[] {30, 7, 1}) {
            remind(Duration.ofDays(days));
            remind(Duration.ofDays(days).minusSeconds(1));
            remind(Duration.ofHours(24L * days - 20));
        }

        assertThat(sent()).containsExactly((short) 30, (short) 7, (short) 1);
        assertThat(api.audited())
                .containsExactly("consumer.key_expiring", "consumer.key_expiring", "consumer.key_expiring");
        assertThat(Academy.query("""
                        select concat_ws(' ', actor_kind, actor_id, entity_id, v.after::jsonb -> 'key' ->> 'id',
                            v.after::jsonb ->> 'days')
                        from audit_log l join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                        where l.tenant_id = ? order by l.id limit 1""", academy.id()))
                .containsExactly("system key-reminders " + app.publicId() + " " + key.publicKeyId() + " 30");
        assertThat(String.valueOf(api.view(app, key.publicKeyId()).get("reminders")))
                .matches("\\[\\{days=30, sent_at=[^}]*}, \\{days=7, sent_at=[^}]*}, \\{days=1, sent_at=[^}]*}]");
    }

    @Test
    void leaveOutWhatWasMissedWhenTheClockJumpsAhead() throws Exception {
        remind(Duration.ofHours(5));

        assertThat(sent()).containsExactly((short) 1);
    }

    @Test
    void areNotSentAgainWhenTheClockJumpsBack() throws Exception {
        remind(Duration.ofDays(7));
        remind(Duration.ofDays(29));
        remind(Duration.ofDays(6));

        assertThat(sent()).containsExactly((short) 7);
    }

    @Test
    void areNoneForAKeyThatHasEndedWasRevokedOrIsBeingReplaced() throws Exception {
        remind(Duration.ZERO);
        Academy.execute("update api_keys set revoked_at = now() where id = ?", key.keyId());
        remind(Duration.ofDays(1));
        TestConsumer rotated = academy.issue(app.id(), Environment.LIVE, null, end);
        api.rotated(new TestConsumer(app.id(), rotated.keyId(), rotated.key()), "{}");
        Academy.execute(
                "update api_keys set expires_at = ? where id = ?",
                end.atOffset(java.time.ZoneOffset.UTC),
                rotated.keyId());
        remind(Duration.ofDays(1));

        assertThat(Academy.query("select days from api_key_reminders where tenant_id = ?", academy.id()))
                .isEmpty();
    }

    @Test
    void areSentOnceThoughManyNodesLookAtTheSameInstant() throws Exception {
        int nodes = 6;
        CyclicBarrier start = new CyclicBarrier(nodes);
        try (ExecutorService threads = Executors.newFixedThreadPool(nodes)) {
            List<Future<Integer>> running = new ArrayList<>();
            Callable<Integer> node = () -> {
                start.await();
                return reminders.remind(end.minus(Duration.ofDays(1)));
            };
            for (int i = 0; i < nodes; i++) {
                running.add(threads.submit(node));
            }
            for (Future<Integer> one : running) {
                one.get();
            }
        }

        assertThat(sent()).containsExactly((short) 1);
        assertThat(api.audited()).containsExactly("consumer.key_expiring");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table api_key_reminders add constraint planted check (tenant_id <> '%s')"
                        + "|alter table api_key_reminders drop constraint planted",
                "update tenants set zone = 'Nowhere/At_All' where id = '%s'"
                        + "|update tenants set zone = 'Australia/Sydney' where id = '%s'"
            })
    void goOnWithTheOtherAcademiesWhenThoseOfOneFail(String plantedAndMended) throws Exception {
        String[] statements = plantedAndMended.split("\\|", -1);
        Academy other = Academy.open();
        // Later than the failing one's, so that it comes after it.
        TestConsumer otherKey = other.issue(
                other.consumer("members:read").id(), Environment.LIVE, null, end.plus(Duration.ofMinutes(1)));
        Instant now = end.minus(Duration.ofHours(20));

        Academy.execute(statements[0].formatted(academy.id()));
        try {
            assertThatThrownBy(() -> reminders.remind(now))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("for 1 academies")
                    .hasMessageContaining("tenant " + academy.id());
        } finally {
            Academy.execute(statements[1].formatted(academy.id()));
        }
        assertThat(sent()).isEmpty();
        assertThat(Academy.query("select key_id from api_key_reminders where tenant_id = ?", other.id()))
                .containsExactly(otherKey.keyId());

        assertThat(reminders.remind(now)).isEqualTo(1);
        assertThat(sent()).containsExactly((short) 1);
    }

    private void remind(Duration beforeTheEnd) throws Exception {
        assertThat(reminders.remind(end.minus(beforeTheEnd))).isNotNegative();
    }

    private List<@Nullable Object> sent() {
        return Academy.query(
                        "select days::int2 from api_key_reminders where key_id = ? order by sent_at, days desc",
                        key.keyId())
                .stream()
                .map(days -> (@Nullable Object) ((Number) Objects.requireNonNull(days)).shortValue())
                .toList();
    }
}
