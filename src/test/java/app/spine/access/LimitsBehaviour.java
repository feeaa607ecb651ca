package app.spine.access;

import static app.spine.access.LimitHeaders.left;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.consumers.Environment;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import app.spine.testsupport.RawHttp.Request;
import app.spine.testsupport.WithinASecond;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Burst and sustained limits, wherever they are kept: exact, announced on every answer, and taken all or none. */
abstract class LimitsBehaviour {

    private final Academy academy = Academy.open();

    @Test
    void admitsExactlyTheBurstInAWindowAndAgainInTheNext() throws Exception {
        TestConsumer consumer = limited(5, 5, 1_000, 3_600);
        List<Answer> answers =
                RawHttp.request("GET", "/v1/consumer").as(consumer).sendAtOnce(12);
        assertThat(statuses(answers, 200)).hasSize(5);
        assertThat(statuses(answers, 429)).hasSize(7);
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> own(consumer).status() == 200);
        List<Answer> next = RawHttp.request("GET", "/v1/consumer").as(consumer).sendAtOnce(12);
        assertThat(statuses(next, 200)).hasSize(4);
    }

    @Test
    void aRefusalSaysWhichPolicyAndHowLongToWait() {
        TestConsumer consumer = limited(1, 60, 1_000, 3_600);
        own(consumer);
        Answer refused = own(consumer);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        assertThat(refused.code()).isEqualTo("rate_limited");
        assertThat(refused.json().path("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(refused.json().path("violated-policies")).isEqualTo(RawHttp.parse("[\"burst\"]"));
        assertThat(Long.parseLong(Objects.requireNonNull(refused.header("Retry-After"))))
                .isGreaterThanOrEqualTo(LimitHeaders.of(refused).policy("burst").reset());
    }

    @Test
    void theRefusalOfOnePolicyTakesNothingFromTheOther() {
        TestConsumer bursting = limited(1, 60, 10, 3_600);
        assertThat(left(own(bursting), "sustained")).isEqualTo(9);
        for (int i = 0; i < 3; i++) {
            Answer refused = own(bursting);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(left(refused, "sustained")).isEqualTo(9);
            assertThat(left(refused, "burst")).isZero();
        }
        TestConsumer sustaining = limited(10, 60, 1, 3_600);
        assertThat(left(own(sustaining), "burst")).isEqualTo(9);
        Answer refused = own(sustaining);
        assertThat(refused.json().path("violated-policies")).isEqualTo(RawHttp.parse("[\"sustained\"]"));
        assertThat(left(refused, "burst")).isEqualTo(9);
    }

    @Test
    void anOperationTakesWhatItsContractSays() {
        TestConsumer consumer = limited(5, 60, 1_000, 3_600, "members:read");
        assertThat(left(own(consumer), "burst")).isEqualTo(4);
        assertThat(left(send("GET", "/v1/members", consumer), "burst")).isEqualTo(2);
        assertThat(left(own(consumer), "burst")).isEqualTo(1);
        Answer tooMuch = send("GET", "/v1/members", consumer);
        assertThat(tooMuch.status()).isEqualTo(429);
        assertThat(left(tooMuch, "burst")).isEqualTo(1);
        assertThat(own(consumer).status()).isEqualTo(200);
        assertThat(own(consumer).status()).isEqualTo(429);
    }

    @Test
    void everyAnswerToAKnownConsumerNamesAllPolicies() {
        TestConsumer consumer = limited(50, 60, 500, 3_600, "members:read", "members:write");
        Request post = RawHttp.request("POST", "/v1/members").as(consumer);
        List<Answer> answers = List.of(
                own(consumer),
                send("GET", "/v1/members?limit=0", consumer),
                send("GET", "/v1/consumers", consumer),
                send("GET", "/v1/members/nobody", consumer),
                send("GET", "/v1/no-such-thing", consumer),
                send("DELETE", "/v1/members", consumer),
                RawHttp.request("GET", "/v1/members")
                        .as(consumer)
                        .with("Accept", "text/html")
                        .send(),
                post.with("Content-Length", "2000000").send(),
                post.body("text/plain", "a").send(),
                post.json("{\"legal_name\":\"\"}").send());
        assertThat(answers.stream().map(Answer::status))
                .containsExactly(200, 400, 403, 404, 404, 405, 406, 413, 415, 422);
        long before = 50;
        for (Answer answer : answers) {
            LimitHeaders limits = LimitHeaders.of(answer);
            assertThat(limits.policies().keySet()).containsExactly("burst", "sustained");
            assertThat(limits.policy("burst").quota()).isEqualTo(50);
            assertThat(limits.policy("burst").window()).isEqualTo(60);
            assertThat(limits.policy("sustained").quota()).isEqualTo(500);
            assertThat(limits.policy("sustained").window()).isEqualTo(3_600);
            long left = limits.policy("burst").left();
            assertThat(before - left).as("spent by %s", answer).isBetween(1L, 2L);
            assertThat(limits.policy("sustained").left()).isEqualTo(left + 450);
            before = left;
        }
    }

    @Test
    void refusalsSpendAndBeingLimitedSpendsNothing() {
        TestConsumer consumer = limited(4, 60, 100, 3_600, "members:write");
        assertThat(left(send("GET", "/v1/consumers", consumer), "burst")).isEqualTo(3);
        assertThat(left(send("GET", "/v1/nothing", consumer), "burst")).isEqualTo(2);
        Request invalid = RawHttp.request("POST", "/v1/members").as(consumer).json("{\"legal_name\":\"\"}");
        Answer answer = invalid.send();
        assertThat(answer.status()).isEqualTo(422);
        assertThat(left(answer, "burst")).isEqualTo(1);
        // Listing costs 2, also where it is forbidden.
        Answer limited = send("GET", "/v1/members", consumer);
        assertThat(limited.status()).isEqualTo(429);
        assertThat(left(limited, "burst")).isEqualTo(1);
        assertThat(left(limited, "sustained")).isEqualTo(97);
        assertThat(left(own(consumer), "burst")).isZero();
    }

    @Test
    void aCallWithoutAKeyThatWorksLearnsNoLimits() {
        TestConsumer consumer = limited(5, 60, 100, 3_600);
        Academy.execute("update api_keys set revoked_at = now() where id = ?", consumer.keyId());
        for (Answer answer : List.of(
                RawHttp.request("GET", "/v1/consumer").send(),
                RawHttp.request("GET", "/v1/consumer")
                        .with("Authorization", "Bearer nonsense")
                        .send(),
                own(consumer))) {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("RateLimit")).isNull();
            assertThat(answer.header("RateLimit-Policy")).isNull();
        }
    }

    @Test
    void theAcademysDefaultHoldsUntilTheConsumerHasItsOwn() {
        Academy.execute(
                "update tenants set burst_requests = 7, burst_seconds = 30, sustained_requests = 70,"
                        + " sustained_seconds = 300 where id = ?",
                academy.id());
        TestConsumer consumer = limited(null, null, null, null);
        LimitHeaders defaults = LimitHeaders.of(own(consumer));
        assertThat(defaults.policy("burst").quota()).isEqualTo(7);
        assertThat(defaults.policy("burst").window()).isEqualTo(30);
        assertThat(defaults.policy("sustained").quota()).isEqualTo(70);
        assertThat(defaults.policy("sustained").window()).isEqualTo(300);
        LimitHeaders own = LimitHeaders.of(own(limited(3, 20, null, null)));
        assertThat(own.policy("burst").quota()).isEqualTo(3);
        assertThat(own.policy("burst").window()).isEqualTo(20);
        assertThat(own.policy("sustained").quota()).isEqualTo(70);
    }

    @Test
    void aChangedLimitHoldsWithinASecondAndWhatWasUsedStaysUsed() {
        TestConsumer consumer = limited(500, 60, 5_000, 86_400);
        AtomicInteger used = new AtomicInteger();
        for (int quota : new int[] {900, 400}) {
            Academy.execute("update api_consumers set burst_requests = ? where id = ?", quota, consumer.id());
            WithinASecond.shows(() -> {
                LimitHeaders limits = LimitHeaders.of(own(consumer));
                used.incrementAndGet();
                assertThat(limits.policy("sustained").left()).isEqualTo(5_000 - used.get());
                assertThat(limits.policy("burst").left())
                        .isEqualTo(limits.policy("burst").quota() - used.get());
                return limits.policy("burst").quota() == quota;
            });
        }
        Academy.execute("update api_consumers set burst_requests = 1 where id = ?", consumer.id());
        WithinASecond.shows(() -> own(consumer).status() == 429);
    }

    @Test
    void consumersShareNoLimit() {
        TestConsumer one = limited(1, 60, 100, 3_600);
        TestConsumer other = limited(1, 60, 100, 3_600);
        assertThat(own(one).status()).isEqualTo(200);
        assertThat(own(one).status()).isEqualTo(429);
        assertThat(own(other).status()).isEqualTo(200);
    }

    @Test
    void keysOfOneConsumerShareItsLimit() {
        TestConsumer one = limited(1, 60, 100, 3_600);
        TestConsumer again = academy.issue(one.id(), Environment.LIVE, null, null);
        assertThat(own(one).status()).isEqualTo(200);
        assertThat(own(again).status()).isEqualTo(429);
    }

    private TestConsumer limited(
            @Nullable Integer burst,
            @Nullable Integer burstSeconds,
            @Nullable Integer sustained,
            @Nullable Integer sustainedSeconds,
            String... scopes) {
        TestConsumer consumer = academy.consumer(scopes);
        Academy.execute(
                "update api_consumers set burst_requests = ?::integer, burst_seconds = ?::integer,"
                        + " sustained_requests = ?::integer, sustained_seconds = ?::integer where id = ?",
                burst,
                burstSeconds,
                sustained,
                sustainedSeconds,
                consumer.id());
        return consumer;
    }

    private static Answer own(TestConsumer consumer) {
        return send("GET", "/v1/consumer", consumer);
    }

    private static Answer send(String method, String path, TestConsumer consumer) {
        return RawHttp.request(method, path).as(consumer).send();
    }

    private static List<Answer> statuses(List<Answer> answers, int status) {
        return answers.stream().filter(answer -> answer.status() == status).toList();
    }
}
