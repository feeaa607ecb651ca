package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The monthly quota is counted in the database: exactly, whoever calls at the same time, and for longer than a node. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MonthlyQuotaTest {

    private static final int CALLERS = 16;
    private static final int CALLS_EACH = 5;

    private final Academy academy = Academy.open();

    @Test
    void admitsExactlyTheQuotaOfManyConcurrentCallers() throws Exception {
        TestConsumer consumer = withQuota(40);
        List<Answer> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Answer>>> running = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                running.add(threads.submit(() -> {
                    List<Answer> own = new ArrayList<>();
                    for (int call = 0; call < CALLS_EACH; call++) {
                        own.add(own(consumer));
                    }
                    return own;
                }));
            }
            for (Future<List<Answer>> caller : running) {
                answers.addAll(caller.get());
            }
        }
        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(40);
        assertThat(answers.stream().filter(answer -> answer.status() == 429)).hasSize(CALLERS * CALLS_EACH - 40);
        assertThat(used(consumer)).isEqualTo(40);
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 200)
                        .map(answer -> LimitHeaders.left(answer, "monthly"))
                        .distinct())
                .as("each call that was admitted saw a count of its own")
                .hasSize(40);
    }

    @Test
    void aUsedUpQuotaRefusesAndTakesNothingFromTheOtherPolicies() {
        TestConsumer consumer = withQuota(1);
        Answer last = own(consumer);
        assertThat(last.status()).isEqualTo(200);
        assertThat(LimitHeaders.of(last).policies().keySet()).containsExactly("burst", "sustained", "monthly");
        Answer refused = own(consumer);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("quota_exceeded");
        assertThat(refused.json().path("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(refused.json().path("violated-policies")).isEqualTo(RawHttp.parse("[\"monthly\"]"));
        LimitHeaders limits = LimitHeaders.of(refused);
        assertThat(Long.parseLong(Objects.requireNonNull(refused.header("Retry-After"))))
                .isGreaterThanOrEqualTo(limits.policy("monthly").reset());
        assertThat(limits.policy("monthly").left()).isZero();
        assertThat(limits.policy("monthly").quota()).isEqualTo(1);
        assertThat(limits.policy("monthly").window()).isEqualTo(month().lengthOfMonth() * 86_400L);
        own(consumer);
        Academy.execute("update api_quota_use set used = 0 where consumer_id = ?", consumer.id());
        Answer again = own(consumer);
        assertThat(again.status()).isEqualTo(200);
        assertThat(LimitHeaders.left(again, "sustained")).isEqualTo(999_998);
    }

    @Test
    void aBurstRefusalTakesNothingFromTheQuota() {
        TestConsumer consumer = withQuota(100);
        Academy.execute("update api_consumers set burst_requests = 1, burst_seconds = 60 where id = ?", consumer.id());
        assertThat(own(consumer).status()).isEqualTo(200);
        Answer refused = own(consumer);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("rate_limited");
        assertThat(LimitHeaders.left(refused, "monthly")).isEqualTo(99);
        assertThat(used(consumer)).isEqualTo(1);
    }

    @Test
    void warnsOnceAtFourFifthsAndOnceAtTheEnd() {
        TestConsumer consumer = withQuota(10);
        for (int call = 1; call <= 7; call++) {
            JsonNode use = use(own(consumer));
            assertThat(use.path("used").asInt()).isEqualTo(call);
            assertThat(use.path("month").asText()).isEqualTo(month().toString());
            assertThat(use.path("warned_80_at").isNull()).isTrue();
        }
        JsonNode eighth = use(own(consumer));
        assertThat(eighth.path("warned_80_at").isTextual()).isTrue();
        assertThat(eighth.path("warned_100_at").isNull()).isTrue();
        JsonNode ninth = use(own(consumer));
        assertThat(ninth.path("warned_80_at")).isEqualTo(eighth.path("warned_80_at"));
        assertThat(ninth.path("warned_100_at").isNull()).isTrue();
        JsonNode tenth = use(own(consumer));
        assertThat(tenth.path("warned_80_at")).isEqualTo(eighth.path("warned_80_at"));
        assertThat(tenth.path("warned_100_at").isTextual()).isTrue();
        Object recorded = warnings(consumer);
        assertThat(own(consumer).status()).isEqualTo(429);
        assertThat(warnings(consumer)).isEqualTo(recorded);
    }

    @Test
    void whatTheDatabaseSaysIsUsedIsUsed() {
        TestConsumer consumer = withQuota(50);
        own(consumer);
        Academy.execute("update api_quota_use set used = 49 where consumer_id = ?", consumer.id());
        assertThat(LimitHeaders.left(own(consumer), "monthly")).isZero();
        assertThat(own(consumer).status()).isEqualTo(429);
    }

    @Test
    void lastMonthsUseIsOver() {
        TestConsumer consumer = withQuota(5);
        Academy.execute(
                "insert into api_quota_use (tenant_id, consumer_id, month, used, warned_80_at, warned_100_at)"
                        + " values (?, ?, ?, 5, now(), now())",
                academy.id(),
                consumer.id(),
                month().minusMonths(1));
        Answer answer = own(consumer);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(use(answer).path("used").asInt()).isEqualTo(1);
    }

    @Test
    void refusalsCountTowardsTheQuota() {
        TestConsumer consumer = withQuota(20);
        for (String path : List.of("/v1/consumers", "/v1/no-such-thing")) {
            assertThat(RawHttp.request("GET", path).as(consumer).send().status())
                    .isIn(403, 404);
        }
        assertThat(used(consumer)).isEqualTo(2);
    }

    private TestConsumer withQuota(int quota) {
        TestConsumer consumer = academy.consumer();
        // A day, so that no window ends while the test looks at what is left.
        Academy.execute(
                "update api_consumers set monthly_quota = ?, sustained_seconds = 86400 where id = ?",
                quota,
                consumer.id());
        return consumer;
    }

    private static Answer own(TestConsumer consumer) {
        return RawHttp.request("GET", "/v1/consumer").as(consumer).send();
    }

    private static JsonNode use(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().path("quota_use");
    }

    private static long used(TestConsumer consumer) {
        return (Long) Objects.requireNonNull(
                Academy.query("select used from api_quota_use where consumer_id = ?", consumer.id())
                        .getFirst());
    }

    private static Object warnings(TestConsumer consumer) {
        return Objects.requireNonNull(Academy.query(
                        "select warned_80_at || ' ' || warned_100_at from api_quota_use where consumer_id = ?",
                        consumer.id())
                .getFirst());
    }

    private static LocalDate month() {
        return LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1);
    }
}
