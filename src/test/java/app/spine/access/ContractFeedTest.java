package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.consumers.KeyLookup;
import app.spine.tenancy.StopDeadline;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import app.spine.testsupport.WithinASecond;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node hears what changes in the contract and believes what it remembers only as long as it hears. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ContractFeedTest {

    /** A broken connection costs a second's patience and a retry or two. */
    private static final Duration HEARS_AGAIN_WITHIN = Duration.ofSeconds(6);

    /** More than one address may have looked up at once (spine.access.unknown-keys-per-address). */
    private static final int CALLS_AT_ONCE = 100;

    /** Below what the node's connections and its guard against guessing allow. */
    private static final int LOOKED_UP_AT_ONCE = 4;

    @Inject
    ContractFeed feed;

    @Inject
    KeyCache cache;

    @Inject
    KeyLookup lookup;

    @Inject
    MeterRegistry registry;

    @Inject
    AccessConfig config;

    @Inject
    @DataSource("feed")
    AgroalDataSource dataSource;

    private final Academy academy = Academy.open();
    private final TestConsumer app = academy.consumer("members:read");

    @BeforeEach
    void useTheKey() {
        use(app);
    }

    private void use(TestConsumer consumer) {
        // What the feed announces between a call and the look has the call's answer forgotten.
        await().atMost(HEARS_AGAIN_WITHIN).until(() -> {
            assertThat(call(consumer).status()).isEqualTo(200);
            return feed.isHeard() && isRemembered(consumer);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update api_keys set revoked_at = now() where consumer_id = ?           | 401 | key_revoked",
                "update api_keys set expires_at = now() where consumer_id = ?           | 401 | key_expired",
                "update api_keys set networks = '{192.0.2.0/24}' where consumer_id = ?  | 403 | network_not_allowed",
                "update api_consumers set status = 'suspended' where id = ?             | 403 | consumer_suspended",
                "update api_consumers set scopes = '{health:read}' where id = ?         | 403 | insufficient_scope"
            })
    void aKeyInUseIsRefusedWithinASecondOfAChange(String change, int status, String code) {
        Academy.execute(change, app.id());

        awaitAnswer(answer -> answer.status() == status && answer.code().equals(code));
    }

    @Test
    void limitsOfAKeyInUseHoldWithinASecond() {
        Academy.execute("update api_consumers set sustained_requests = 4321 where id = ?", app.id());
        awaitAnswer(answer -> sustained(answer) == 4321);

        Academy.execute(
                "update api_consumers set sustained_requests = null, sustained_seconds = null where id = ?", app.id());
        awaitAnswer(answer -> sustained(answer) == 600);

        Academy.execute("update tenants set sustained_requests = 987 where id = ?", academy.id());
        awaitAnswer(answer -> sustained(answer) == 987);
    }

    @Test
    void asksTheDatabaseOnceWhileNothingIsAnnounced() throws Exception {
        TestConsumer remembered = Rounds.firstGood(() -> {
            TestConsumer consumer = academy.consumer("members:read");
            use(consumer);
            suspendUnannounced(consumer);
            for (int i = 0; i < 5; i++) {
                assertThat(call(consumer).status()).isEqualTo(200);
            }
            return consumer;
        });

        Academy.query("select pg_notify('spine_contract', ?)", remembered.id().toString());
        WithinASecond.shows(() -> call(remembered).status() == 403);
    }

    @Test
    void refusesNoCallOfAKeyInUseWhenManyCallsLookItUpAnewAtOnce() throws Exception {
        Future<List<Answer>> calls;
        try (Connection slow = EmbeddedDatabaseResource.connectAsOwner();
                Statement statement = slow.createStatement();
                ExecutorService caller = Executors.newSingleThreadExecutor()) {
            slow.setAutoCommit(false);
            statement.execute("update api_consumers set sustained_requests = 4321 where id = '" + app.id() + "'");
            slow.commit();
            await().atMost(HEARS_AGAIN_WITHIN).until(() -> !isRemembered(app));
            // As while the database is busy with something else.
            statement.execute("lock table api_keys in access exclusive mode");
            calls = caller.submit(
                    () -> RawHttp.request("GET", "/v1/members").as(app).sendAtOnce(CALLS_AT_ONCE));
            await().atMost(HEARS_AGAIN_WITHIN).until(() -> waitingForALock() >= LOOKED_UP_AT_ONCE);
            slow.commit();
        }
        assertThat(calls.get()).extracting(Answer::status).containsOnly(200);
    }

    @Test
    void aTerminatedConnectionDelaysNoChangeAndIsReplaced() throws Exception {
        int old = backend();
        superuser("select pg_terminate_backend(" + old + ")");
        assertThat(call().status()).isEqualTo(200);

        Academy.execute("update api_keys set revoked_at = now() where id = ?", app.keyId());
        awaitAnswer(answer -> answer.status() == 401);

        awaitReplaced(old);
        TestConsumer next = academy.consumer("members:read");
        assertThat(call(next).status()).isEqualTo(200);
        Academy.execute("update api_keys set revoked_at = now() where id = ?", next.keyId());
        WithinASecond.shows(() -> call(next).status() == 401);
    }

    @Test
    void aConnectionThatFallsSilentDelaysNoChangeBeyondASecondAndIsReplaced() throws Exception {
        int silent = backend();
        signal("STOP", silent);
        try {
            Academy.execute("update api_keys set revoked_at = now() where id = ?", app.keyId());
            awaitAnswer(answer -> answer.status() == 401);

            awaitReplaced(silent);
        } finally {
            signal("CONT", silent);
        }
    }

    @Test
    void forgetsWhatItRememberedBeforeItWasDeaf() throws Exception {
        suspendUnannounced(app);
        int old = backend();
        superuser("select pg_terminate_backend(" + old + ")");
        awaitReplaced(old);

        assertThat(call().status()).isEqualTo(403);
    }

    @Test
    void doesNotBelieveWhatIsForgottenWhileItCatchesUp() {
        KeyDigest digest = KeyDigest.of(lookup.hash(app.key()));
        ContractFeed catchingUp = new ContractFeed(dataSource, cache, config, new StopDeadline()) {
            @Override
            boolean isHeard() {
                cache.forget(Set.of(app.id().toString()));
                return true;
            }
        };
        assertThat(isRemembered(app)).isTrue();
        assertThat(catchingUp.believed(digest)).isNull();
    }

    @Test
    void tellsForHowLongNothingWasHeard() {
        assertThat(registry.get(ContractFeed.SILENCE).timeGauge().value(TimeUnit.SECONDS))
                .isBetween(0.0, 10.0);
    }

    private Answer call() {
        return call(app);
    }

    private static Answer call(TestConsumer consumer) {
        return RawHttp.request("GET", "/v1/members").as(consumer).send();
    }

    private void awaitAnswer(Predicate<Answer> wanted) {
        WithinASecond.shows(() -> wanted.test(call()));
    }

    /** For a moment there may be no connection at all, while the feed has not noticed yet. */
    private void awaitReplaced(int old) {
        await().atMost(HEARS_AGAIN_WITHIN).until(() -> {
            int now = backend();
            return now != 0 && now != old && feed.isHeard();
        });
    }

    private boolean isRemembered(TestConsumer consumer) {
        return cache.find(KeyDigest.of(lookup.hash(consumer.key()))) != null;
    }

    private static long sustained(Answer answer) {
        return LimitHeaders.of(answer).policy("sustained").quota();
    }

    /** As if the announcement were lost: a replica's session fires no trigger. */
    private static void suspendUnannounced(TestConsumer consumer) throws SQLException {
        try (Connection connection = EmbeddedDatabaseResource.connectAsSuperuser();
                Statement session = connection.createStatement();
                PreparedStatement change =
                        connection.prepareStatement("update api_consumers set status = 'suspended' where id = ?")) {
            session.execute("set session_replication_role = replica");
            change.setObject(1, consumer.id());
            assertThat(change.executeUpdate()).isEqualTo(1);
        }
    }

    private static long waitingForALock() {
        return (Long) Objects.requireNonNull(
                Academy.query("select count(*) from pg_locks where not granted").getFirst());
    }

    /** The process of PostgreSQL at the other end of the feed, or 0 without one. */
    private static int backend() throws SQLException {
        try (Connection connection = EmbeddedDatabaseResource.connectAsSuperuser();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select pid from pg_stat_activity"
                        + " where application_name = 'operating-spine feed' order by backend_start desc limit 1")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static void superuser(String sql) throws SQLException {
        try (Connection connection = EmbeddedDatabaseResource.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void signal(String name, int process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Integer.toString(process))
                        .start()
                        .waitFor())
                .isZero();
    }
}
