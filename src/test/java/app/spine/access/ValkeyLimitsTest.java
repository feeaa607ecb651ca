package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.spine.access.LimitStore.Spent;
import app.spine.consumers.EffectiveLimits;
import app.spine.consumers.LiveKey;
import app.spine.http.UuidV7;
import app.spine.tenancy.Tenant;
import app.spine.testsupport.ValkeyServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits of several nodes in one Valkey: two stores stand for two nodes. */
class ValkeyLimitsTest {

    /** So long that no call is given up only because the machine stands still. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration SOON = Duration.ofSeconds(20);

    private static Vertx vertx;
    private static ValkeyServer server;
    private static ValkeyAddress address;

    private final ValkeyLimits one = open(PATIENCE);
    private final ValkeyLimits other = open(PATIENCE);

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        server = ValkeyServer.start();
        address = address(ValkeyServer.PASSWORD);
    }

    @AfterAll
    static void stop() {
        server.close();
        vertx.close();
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    @Test
    void admitsExactlyTheQuotaOfManyCallersOfTwoNodes() throws Exception {
        LiveKey key = key(new EffectiveLimits(300, 60, 10_000, 3_600, null));
        List<Callable<List<Spent>>> callers = new ArrayList<>();
        for (int caller = 0; caller < 16; caller++) {
            ValkeyLimits node = caller % 2 == 0 ? one : other;
            callers.add(() -> {
                List<Spent> answers = new ArrayList<>();
                for (int call = 0; call < 40; call++) {
                    answers.add(node.spend(key, 1));
                }
                return answers;
            });
        }
        List<Spent> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Spent>> caller : threads.invokeAll(callers)) {
                answers.addAll(caller.get());
            }
        }
        List<Spent> allowed = answers.stream().filter(Spent::allowed).toList();
        assertThat(allowed).hasSize(300);
        assertThat(allowed.stream().map(spent -> left(spent, "burst")).distinct())
                .as("each call that was admitted saw a count of its own")
                .hasSize(300);
        assertThat(left(one.spend(key, 1), "sustained")).isEqualTo(9_700);
    }

    @Test
    void takesFromBothPoliciesOrFromNone() throws Exception {
        LiveKey key = key(new EffectiveLimits(5, 60, 7, 3_600, null));
        assertThat(one.spend(key, 4).allowed()).isTrue();
        Spent refused = other.spend(key, 2);
        assertThat(refused.allowed()).isFalse();
        assertThat(left(refused, "burst")).isEqualTo(1);
        assertThat(left(refused, "sustained")).isEqualTo(3);
        assertThat(other.spend(key, 1).allowed()).isTrue();
        assertThat(one.spend(key, 1).allowed()).isFalse();
    }

    @Test
    void aCostAboveAWholeQuotaTakesTheWhole() throws Exception {
        LiveKey key = key(new EffectiveLimits(3, 60, 100, 3_600, null));
        Spent whole = one.spend(key, 10);
        assertThat(whole.allowed()).isTrue();
        assertThat(whole.cost()).isEqualTo(3);
        assertThat(left(whole, "burst")).isZero();
        assertThat(left(whole, "sustained")).isEqualTo(97);
    }

    @Test
    void givesBackWhatAnotherPolicyRefused() throws Exception {
        LiveKey key = key(new EffectiveLimits(3, 60, 100, 3_600, null));
        Spent spent = one.spend(key, 3);
        other.giveBack(key, spent.cost());
        Spent again = one.spend(key, 1);
        assertThat(left(again, "burst")).isEqualTo(2);
        assertThat(left(again, "sustained")).isEqualTo(99);
    }

    @Test
    void windowsAreFullAgainAtOnceAndEndWhenTheyPromised() throws Exception {
        LiveKey key = key(new EffectiveLimits(4, 6, 1_000, 3_600, null));
        long beganNanos = System.nanoTime();
        assertThat(one.spend(key, 4).allowed()).isTrue();
        Spent refused = one.spend(key, 1);
        assertThat(refused.allowed()).isFalse();
        assertThat(policy(refused, "burst").resetSeconds()).isBetween(1L, 6L);
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> other.spend(key, 4).allowed());
        assertThat(System.nanoTime() - beganNanos)
                .isGreaterThan(Duration.ofMillis(5_950).toNanos());
        assertThat(left(one.spend(key, 1), "sustained")).isEqualTo(992);
    }

    @Test
    void whatWasUsedStaysUsedUnderOtherLimits() throws Exception {
        UUID consumer = consumer();
        one.spend(key(consumer, new EffectiveLimits(10, 60, 100, 3_600, null)), 6);
        Spent raised = one.spend(key(consumer, new EffectiveLimits(20, 60, 100, 3_600, null)), 1);
        assertThat(left(raised, "burst")).isEqualTo(13);
        Spent longer = other.spend(key(consumer, new EffectiveLimits(20, 90, 100, 3_600, null)), 1);
        assertThat(left(longer, "burst")).isEqualTo(12);
        assertThat(policy(longer, "burst").resetSeconds()).isBetween(89L, 90L);
        Spent lowered = one.spend(key(consumer, new EffectiveLimits(5, 90, 100, 3_600, null)), 1);
        assertThat(lowered.allowed()).isFalse();
        assertThat(left(lowered, "burst")).isZero();
        assertThat(left(lowered, "sustained")).isEqualTo(92);
    }

    @Test
    void aShorterWindowOfAnExhaustedConsumerEndsWhenItPromised() throws Exception {
        UUID consumer = consumer();
        one.spend(key(consumer, new EffectiveLimits(5, 600, 100, 3_600, null)), 5);
        LiveKey shorter = key(consumer, new EffectiveLimits(5, 6, 100, 3_600, null));
        long beganNanos = System.nanoTime();
        Spent refused = one.spend(shorter, 1);
        assertThat(refused.allowed()).isFalse();
        assertThat(policy(refused, "burst").resetSeconds()).isBetween(1L, 6L);
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> other.spend(shorter, 1).allowed());
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos))
                .isBetween(Duration.ofMillis(5_900), Duration.ofSeconds(12));
    }

    @Test
    void aLongerWindowOfAnExhaustedConsumerHoldsForItsWholeLength() throws Exception {
        UUID consumer = consumer();
        one.spend(key(consumer, new EffectiveLimits(5, 6, 100, 3_600, null)), 5);
        long beganNanos = System.nanoTime();
        LiveKey longer = key(consumer, new EffectiveLimits(5, 60, 100, 3_600, null));
        Spent refused = one.spend(longer, 1);
        assertThat(refused.allowed()).isFalse();
        assertThat(policy(refused, "burst").resetSeconds()).isEqualTo(60);
        await("the end of the window as it was")
                .atMost(SOON)
                .until(() ->
                        System.nanoTime() - beganNanos > Duration.ofSeconds(7).toNanos());
        assertThat(other.spend(longer, 1).allowed()).isFalse();
    }

    @Test
    void aClockThatWasSetBackKeepsNobodyOutForLonger() throws Exception {
        LiveKey key = key(new EffectiveLimits(5, 6, 100, 3_600, null));
        one.spend(key, 5);
        String name = "spine:limit:" + key.consumerId();
        long began = ask(Request.cmd(Command.HGET).arg(name).arg("bb")).toLong();
        ask(Request.cmd(Command.HSET).arg(name).arg("bb").arg(began + 3_600_000));
        Spent refused = one.spend(key, 1);
        assertThat(refused.allowed()).isFalse();
        assertThat(policy(refused, "burst").resetSeconds()).isEqualTo(6);
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> other.spend(key, 1).allowed());
    }

    @Test
    void dataThatIsInTheWayOfOneConsumerIsInNobodyElses() throws Exception {
        EffectiveLimits limits = new EffectiveLimits(5, 60, 100, 3_600, null);
        LiveKey broken = key(limits);
        ask(Request.cmd(Command.SET).arg("spine:limit:" + broken.consumerId()).arg("x"));
        assertThatThrownBy(() -> one.spend(broken, 1))
                .isInstanceOf(LimitStoreAwayException.class)
                .hasMessageContaining("WRONGTYPE");
        assertThat(one.isUp()).isTrue();
        assertThat(one.spend(key(limits), 1).allowed()).isTrue();
    }

    @Test
    void consumersShareNothing() throws Exception {
        EffectiveLimits limits = new EffectiveLimits(1, 60, 100, 3_600, null);
        assertThat(one.spend(key(limits), 1).allowed()).isTrue();
        assertThat(one.spend(key(limits), 1).allowed()).isTrue();
    }

    @Test
    void nothingStaysInValkeyWhenTheWindowsAreOver() throws Exception {
        LiveKey key = key(new EffectiveLimits(10, 1, 10, 2, null));
        one.spend(key, 1);
        String name = "spine:limit:" + key.consumerId();
        // -1 is for ever, and -2 is gone already.
        assertThat(ask(Request.cmd(Command.PTTL).arg(name)).toLong())
                .isNotEqualTo(-1)
                .isLessThanOrEqualTo(2_000);
        await().atMost(SOON)
                .until(() -> ask(Request.cmd(Command.EXISTS).arg(name)).toInteger() == 0);
    }

    @Test
    void knowsHowToGoOnWhenValkeyForgotTheScript() throws Exception {
        LiveKey key = key(new EffectiveLimits(10, 60, 100, 3_600, null));
        one.spend(key, 1);
        ask(Request.cmd(Command.SCRIPT).arg("FLUSH"));
        assertThat(left(one.spend(key, 1), "burst")).isEqualTo(8);
        assertThat(left(other.spend(key, 1), "burst")).isEqualTo(7);
        assertThat(one.isUp()).isTrue();
    }

    @Test
    void saysAtOnceThatValkeyIsAwayAndComesBackWithIt() throws Exception {
        LiveKey key = key(new EffectiveLimits(10, 60, 100, 3_600, null));
        one.spend(key, 1);
        server.kill();
        try {
            await().atMost(SOON).until(() -> !one.isUp() && !other.isUp());
            long beganNanos = System.nanoTime();
            for (int call = 0; call < 1_000; call++) {
                assertThatThrownBy(() -> one.spend(key, 1)).isInstanceOf(LimitStoreAwayException.class);
            }
            assertThat(System.nanoTime() - beganNanos).isLessThan(PATIENCE.toNanos());
        } finally {
            server.restart();
        }
        await().atMost(SOON).until(() -> one.isUp() && other.isUp());
        assertThat(left(one.spend(key, 1), "burst"))
                .as("counts are lost with Valkey")
                .isEqualTo(9);
        assertThat(left(other.spend(key, 1), "burst")).isEqualTo(8);
    }

    @Test
    void waitsForASilentValkeyNoLongerThanItsPatienceAndOnlyOnce() throws Exception {
        Duration patience = Duration.ofSeconds(2);
        LiveKey key = key(new EffectiveLimits(100, 60, 100, 3_600, null));
        try (ValkeyLimits node = open(patience)) {
            node.spend(key, 1);
            server.freeze();
            try {
                long beganNanos = System.nanoTime();
                assertThatThrownBy(() -> node.spend(key, 1)).hasMessageContaining("no answer within 2000 ms");
                assertThat(System.nanoTime() - beganNanos).isGreaterThanOrEqualTo(patience.toNanos());
                beganNanos = System.nanoTime();
                for (int call = 0; call < 100; call++) {
                    assertThatThrownBy(() -> node.spend(key, 1)).isInstanceOf(LimitStoreAwayException.class);
                }
                assertThat(System.nanoTime() - beganNanos).isLessThan(patience.toNanos());
            } finally {
                server.thaw();
            }
            await().atMost(SOON).until(node::isUp);
            assertThat(left(node.spend(key, 1), "burst")).isBetween(97L, 98L);
        }
    }

    @Test
    void aValkeyThatTakesNothingCountsAsAway() throws Exception {
        LiveKey key = key(new EffectiveLimits(10, 60, 100, 3_600, null));
        one.spend(key, 1);
        ask(Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg("1"));
        try {
            assertThatThrownBy(() -> one.spend(key, 1)).isInstanceOf(LimitStoreAwayException.class);
            assertThat(one.isUp()).isFalse();
        } finally {
            ask(Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg("0"));
        }
        await().atMost(SOON).until(one::isUp);
        assertThat(left(one.spend(key, 1), "burst")).isEqualTo(8);
    }

    @Test
    void isAwayWithAWrongPassword() {
        try (ValkeyLimits stranger = new ValkeyLimits(vertx, address("wrong"), PATIENCE)) {
            stranger.open();
            assertThat(stranger.isUp()).isFalse();
        }
    }

    private static ValkeyLimits open(Duration patience) {
        ValkeyLimits limits = new ValkeyLimits(vertx, address, patience);
        limits.open();
        await().atMost(SOON).until(limits::isUp);
        return limits;
    }

    private static ValkeyAddress address(String password) {
        return ValkeyAddress.of(Optional.of(server.url()), Optional.of(password));
    }

    private static Response ask(Request request) throws Exception {
        Redis client = Redis.createClient(vertx, address.connectionString());
        try {
            return client.send(request)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } finally {
            client.close();
        }
    }

    private static UUID consumer() {
        return UuidV7.create(Clock.systemUTC());
    }

    private static LiveKey key(EffectiveLimits limits) {
        return key(consumer(), limits);
    }

    private static LiveKey key(UUID consumer, EffectiveLimits limits) {
        Tenant tenant = new Tenant(consumer(), ZoneOffset.UTC);
        return new LiveKey(
                consumer(),
                tenant,
                tenant,
                consumer,
                false,
                Set.of(),
                null,
                null,
                null,
                List.of(),
                false,
                false,
                limits);
    }

    private static LimitState.Policy policy(Spent spent, String name) {
        return spent.policies().stream()
                .filter(policy -> policy.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static long left(Spent spent, String name) {
        return policy(spent, name).left();
    }
}
