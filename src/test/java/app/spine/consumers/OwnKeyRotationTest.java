package app.spine.consumers;

import static app.spine.consumers.KeyApi.call;
import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.is;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/consumer/keys/rotation}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class OwnKeyRotationTest {

    private final Academy academy = Academy.open();
    private final KeyApi api = new KeyApi(academy);
    private final TestConsumer app = academy.consumer("keys:rotate", "members:read");

    @ParameterizedTest
    @EnumSource(Environment.class)
    void rotatesTheKeyOfTheCall(Environment environment) {
        TestConsumer consumer = academy.consumer(environment, "keys:rotate");
        TestConsumer spare = academy.issue(consumer.id(), environment, null, null);

        Response rotation = rotate(consumer, "{\"overlap\": \"PT1H\", \"starts\": \"now\"}");

        rotation.then().statusCode(201).body("replaces", is(consumer.publicKeyId()));
        assertThat(rotation.<String>path("key")).matches("spine_" + environment.wire() + "_[0-9A-Za-z]{36}");
        assertThat(Instant.parse(rotation.path("old_expires_at")))
                .isCloseTo(Instant.now().plusSeconds(3_600), within(1, ChronoUnit.MINUTES));
        call(rotation.path("key")).then().statusCode(200).body("id", is(consumer.publicId()));
        call(spare.key()).then().statusCode(200).body("key.status", is("active"));
        assertThat(api.audited()).containsExactly("consumer.key_rotated", "consumer.key_first_used");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"overlap\": \"PT59M59S\"}",
                "{\"overlap\": \"PT0S\", \"starts\": \"now\"}",
            })
    void leavesTheOldKeyAnHourAtLeast(String body) {
        assertRefused(rotate(app, body), 422, "invalid").body("reasons.pointer", is(List.of("/overlap")));
    }

    @Test
    void leavesTheOldKeyAnHourAtLeastBeforeTheDeadline() {
        assertRefused(rotate(app, "{\"deadline\": \"PT59M\"}"), 422, "invalid")
                .body("reasons.pointer", is(List.of("/deadline")));
    }

    @Test
    void inheritsNetworksAndLatestExpiryHoweverOften() {
        String end = Instant.now()
                .plus(Duration.ofDays(100))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        Response issued = api.issue(
                api.admin(), "{\"expires_at\": \"%s\", \"networks\": [\"127.0.0.0/8\", \"::1\"]}".formatted(end));
        TestConsumer key = new TestConsumer(api.admin().id(), api.admin().keyId(), issued.path("key"));

        Response rotation = rotate(key, "{}");

        rotation.then().statusCode(201).body("expires_at", is(end));
        assertThat(api.view(api.admin(), rotation.path("id")))
                .containsEntry("networks", List.of("127.0.0.0/8", "::1/128"));
    }

    @Test
    void renewsAKeyWhoseEndIsTheAcademysMaximumAge() {
        Academy.execute("update tenants set max_key_age_days = 90 where id = ?", academy.id());
        Response issued = api.issue(api.admin(), "{}");
        Academy.execute(
                "update api_keys set created_at = created_at - interval '80 days', expires_at = expires_at - interval '80 days'"
                        + " where tenant_id = ? and latest_expires_at is null and expires_at is not null",
                academy.id());

        Response rotation =
                rotate(new TestConsumer(api.admin().id(), api.admin().keyId(), issued.path("key")), "{}");

        assertThat(Instant.parse(rotation.path("expires_at")))
                .isCloseTo(Instant.now().plus(Duration.ofDays(90)), within(1, ChronoUnit.MINUTES));
        // The old key's own end is earlier than the deadline and stays.
        assertThat(Instant.parse(rotation.path("old_expires_at")))
                .isCloseTo(Instant.now().plus(Duration.ofDays(10)), within(1, ChronoUnit.MINUTES));
    }

    @Test
    void isRefusedWhileARotationIsInProgress() {
        Response rotation = rotate(app, "{}");
        TestConsumer fresh = new TestConsumer(app.id(), app.keyId(), rotation.path("key"));

        assertRefused(rotate(app, "{}"), 409, "rotation_in_progress");
        assertRefused(rotate(fresh, "{}"), 409, "rotation_in_progress");
    }

    @Test
    void hasOneEffectHoweverManyAskAtTheSameInstant() throws Exception {
        List<Answer> answers = RawHttp.request("POST", "/v1/consumer/keys/rotation")
                .as(app)
                .json("{}")
                .sendAtOnce(8);

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() != 201))
                .allSatisfy(answer -> assertThat(answer.code()).isEqualTo("rotation_in_progress"));
    }

    @Test
    void isReplayedWithoutTheKey() {
        Response first = Calls.as(app, "{}").header("Idempotency-Key", "own").post("/v1/consumer/keys/rotation");
        Response second = Calls.as(app, "{}").header("Idempotency-Key", "own").post("/v1/consumer/keys/rotation");

        second.then().statusCode(201).body("id", is(first.<String>path("id")));
        assertThat(second.asString()).doesNotContain("\"key\"", "spine_live_");
    }

    @Test
    void takesAKeyAndItsScope() {
        Calls.assertKeyMissing(
                Calls.nobody().contentType("application/json").body("{}").post("/v1/consumer/keys/rotation"));
        Calls.assertScopeMissing(rotate(academy.consumer("consumers:write"), "{}"), "keys:rotate");
    }

    private static Response rotate(TestConsumer consumer, String body) {
        return Calls.as(consumer, body).post("/v1/consumer/keys/rotation");
    }
}
