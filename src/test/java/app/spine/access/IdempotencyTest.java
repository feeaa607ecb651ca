package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import app.spine.testsupport.RawHttp.Request;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A POST that is sent again has one effect and one answer. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class IdempotencyTest {

    private static final String MEMBER = "{\"legal_name\":\"Emma Morgan\",\"date_of_birth\":\"1990-05-31\"}";
    private static final int AT_ONCE = 20;

    @Inject
    SweepIdempotencyKeys sweeper;

    private Academy academy = Academy.open();
    private TestConsumer consumer = academy.consumer();

    @BeforeEach
    void freshAcademy() {
        academy = Academy.open();
        consumer = academy.consumer("members:read", "members:write", "consumers:read", "consumers:write");
    }

    @Test
    void theSameRequestGetsTheSameAnswerAndHasOneEffect() {
        Answer first = addMember("\"one\"", MEMBER);
        Answer second = addMember("\"one\"", MEMBER);
        assertThat(first.status()).as(first.toString()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertReplays(second, first);
        assertThat(members()).isEqualTo(1);
        assertThat(count(
                        "select count(*) from audit_log where tenant_id = ? and event = 'member.created'",
                        academy.id()))
                .isEqualTo(1);
    }

    @Test
    void quotedAndUnquotedAreTheSameKey() {
        assertReplays(addMember("two", MEMBER), addMember("\"two\"", MEMBER));
        assertThat(members()).isEqualTo(1);
    }

    @Test
    void whiteSpaceAndOrderOfMembersMakeNoOtherRequest() {
        Answer first = addMember("order", MEMBER);
        assertReplays(
                addMember("order", " { \"date_of_birth\" : \"1990-05-31\",\n\"legal_name\":\"Emma Morgan\"}"), first);
    }

    @Test
    void theKeyOfAnotherBodyIsRefusedWithoutEffect() {
        addMember("three", MEMBER);
        Answer other = addMember("three", "{\"legal_name\":\"Somebody Else\"}");
        assertProblem(other, 422, "idempotency_mismatch");
        assertThat(members()).isEqualTo(1);
    }

    @Test
    void theKeyOfAnotherPathIsRefusedWithoutEffect() {
        post("/v1/consumers/" + consumer.publicId() + "/keys", consumer, "path", "{}");
        TestConsumer other = academy.consumer();
        assertProblem(
                post("/v1/consumers/" + other.publicId() + "/keys", consumer, "path", "{}"),
                422,
                "idempotency_mismatch");
        assertThat(count("select count(*) from api_keys where consumer_id = ?", other.id()))
                .isEqualTo(1);
    }

    @Test
    void anotherConsumersSameKeyIsItsOwn() {
        TestConsumer other = academy.consumer("members:write");
        Answer first = addMember("four", MEMBER);
        Answer others = post("/v1/members", other, "four", MEMBER);
        assertThat(others.status()).isEqualTo(201);
        assertThat(others.header("Idempotency-Replayed")).isNull();
        assertThat(others.header("Location")).isNotEqualTo(first.header("Location"));
        assertThat(members()).isEqualTo(2);
    }

    @Test
    void aRefusalIsEvaluatedAgain() {
        TestConsumer target = academy.consumer("members:read", "bookings:read");
        String keys = "/v1/consumers/" + target.publicId() + "/keys";
        assertProblem(post(keys, consumer, "five", "{}"), 403, "insufficient_scope");
        Academy.execute("update api_consumers set scopes = '{members:read}' where id = ?", target.id());
        assertThat(post(keys, consumer, "five", "{}").status()).isEqualTo(201);

        assertProblem(addMember("six", "{\"legal_name\":\"\"}"), 422, "invalid");
        Answer corrected = addMember("six", MEMBER);
        assertThat(corrected.status()).isEqualTo(201);
        assertThat(corrected.header("Idempotency-Replayed")).isNull();
    }

    @Test
    void theReplayOfAnIssuedKeyHasNoKeyAndNeitherHasTheDatabase() {
        String keys = "/v1/consumers/" + consumer.publicId() + "/keys";
        Answer first = post(keys, consumer, "seven", "{}");
        Answer second = post(keys, consumer, "seven", "{}");
        assertThat(first.json().path("key").asText()).matches("spine_live_[0-9A-Za-z]{36}");
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.json().has("key")).isFalse();
        assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
        assertThat(count(
                        "select count(*) from idempotency_keys k where tenant_id = ? and k::text ~ 'spine_(live|test)_'",
                        academy.id()))
                .isZero();
        assertThat(count("select count(*) from api_keys where consumer_id = ?", consumer.id()))
                .isEqualTo(2);
    }

    @Test
    void manyAtTheSameInstantHaveOneEffect() throws Exception {
        List<Answer> answers = request("/v1/members", consumer, "eight", MEMBER).sendAtOnce(AT_ONCE);
        assertThat(members()).isEqualTo(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 201 && !isReplay(answer)))
                .hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() != 201)).allSatisfy(answer -> {
            assertProblem(answer, 409, "idempotency_in_progress");
            assertThat(Integer.parseInt(Objects.requireNonNull(answer.header("Retry-After"))))
                    .isPositive();
        });
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 201)
                        .map(Answer::text)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void scopesAreCheckedBeforeAReplay() {
        addMember("nine", MEMBER);
        Academy.execute("update api_consumers set scopes = '{members:read}' where id = ?", consumer.id());
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> addMember("nine", MEMBER).status() != 201);
        assertProblem(addMember("nine", MEMBER), 403, "insufficient_scope");
    }

    @Test
    void anExpiredAnswerIsNotReplayed() {
        Answer first = addMember("ten", MEMBER);
        expire();
        Answer second = addMember("ten", MEMBER);
        assertThat(second.status()).isEqualTo(201);
        assertThat(isReplay(second)).isFalse();
        assertThat(second.header("Location")).isNotEqualTo(first.header("Location"));
        assertThat(members()).isEqualTo(2);
        assertReplays(addMember("ten", MEMBER), second);
    }

    @Test
    void theSweeperRemovesWhatHasExpiredAndNothingElse() throws SQLException {
        addMember("old", MEMBER);
        expire();
        addMember("new", MEMBER);
        // The program's own turn may have come first, and be under way.
        sweeper.sweep();
        await().untilAsserted(() -> assertThat(
                        Academy.query("select key from idempotency_keys where tenant_id = ?", academy.id()))
                .containsExactly("new"));
    }

    @Test
    void anAnswerIsKeptADay() {
        addMember("kept", MEMBER);
        assertThat(count(
                        "select count(*) from idempotency_keys where tenant_id = ? and expires_at = created_at + interval '1 day'",
                        academy.id()))
                .isEqualTo(1);
    }

    @Test
    void aReplayHasALogRowOfItsOwn() {
        Answer first = addMember("eleven", MEMBER);
        Answer second = addMember("eleven", MEMBER);
        assertThat(second.header("Request-Id")).isNotEqualTo(first.header("Request-Id"));
        assertThat(count(
                        "select count(*) from api_requests where tenant_id = ? and consumer_id = ? and operation = 'addMember'"
                                + " and status = 201 and idempotency_key = 'eleven'",
                        academy.id(),
                        consumer.id()))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"\"",
                "\"",
                "\"open",
                "two words",
                "a,b",
                "\"a\";q=1",
                "\"tab\there\"",
                "caf\u00e9",
                "\"\\n\"",
                "spine_live_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                "\"order-7-spine_test_01234567\""
            })
    void aKeyThatIsNoneIsRefusedWithoutEffect(String key) {
        Answer answer = addMember(key, MEMBER);
        assertProblem(answer, 400, "bad_value");
        assertThat(answer.json().at("/reasons/0/header").asText()).isEqualTo("Idempotency-Key");
        assertThat(members()).isZero();
    }

    @Test
    void aKeyIsOf255CharactersAtMost() {
        assertThat(addMember("k".repeat(255), MEMBER).status()).isEqualTo(201);
        assertProblem(addMember("k".repeat(256), MEMBER), 400, "bad_value");
    }

    @Test
    void withoutAKeyEachRequestHasItsEffect() {
        Request request = RawHttp.request("POST", "/v1/members").as(consumer).json(MEMBER);
        assertThat(request.send().status()).isEqualTo(201);
        assertThat(request.send().status()).isEqualTo(201);
        assertThat(members()).isEqualTo(2);
    }

    private Answer addMember(String key, String body) {
        return post("/v1/members", consumer, key, body);
    }

    private static Answer post(String path, TestConsumer consumer, String key, String body) {
        return request(path, consumer, key, body).send();
    }

    private static Request request(String path, TestConsumer consumer, String key, String body) {
        return RawHttp.request("POST", path)
                .as(consumer)
                .with("Idempotency-Key", key)
                .json(body);
    }

    private static void assertReplays(Answer second, Answer first) {
        assertThat(List.of(second.header("Idempotency-Replayed") + first.header("Idempotency-Replayed")))
                .containsAnyOf("truenull", "nulltrue");
        assertThat(second.status()).isEqualTo(first.status());
        assertThat(second.text()).isEqualTo(first.text());
        for (String header : List.of("Location", "ETag", "Content-Type")) {
            assertThat(second.header(header)).isNotNull().isEqualTo(first.header(header));
        }
    }

    private static boolean isReplay(Answer answer) {
        return "true".equals(answer.header("Idempotency-Replayed"));
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
    }

    private void expire() {
        Academy.execute(
                "update idempotency_keys set created_at = created_at - interval '2 days',"
                        + " expires_at = expires_at - interval '2 days' where tenant_id = ?",
                academy.id());
    }

    private long members() {
        return count("select count(*) from members where tenant_id = ?", academy.id());
    }

    private static long count(String sql, UUID... ids) {
        return (Long) Objects.requireNonNull(Academy.query(sql, (Object[]) ids).getFirst());
    }
}
