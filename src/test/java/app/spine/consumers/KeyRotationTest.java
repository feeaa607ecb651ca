package app.spine.consumers;

import static app.spine.consumers.KeyApi.call;
import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import app.spine.testsupport.WithinASecond;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/consumers/{id}/keys/{key}/rotation}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class KeyRotationTest {

    private static final String NOW = "{\"overlap\": \"%s\", \"starts\": \"now\"}";

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Academy academy = Academy.open();
    private final KeyApi api = new KeyApi(academy);
    private final TestConsumer app = academy.consumer("members:read");

    @Test
    void answersAKeyThatTakesTheOldOnesPlaceWhileBothWork() {
        Instant asked = Instant.now();

        Response answer = api.rotated(app, "{}");

        answer.then()
                .header("Cache-Control", "no-store")
                .body("expires_at", nullValue())
                .body("replaces", is(app.publicKeyId()));
        assertThat(answer.jsonPath().getMap("$"))
                .containsOnlyKeys("id", "key", "expires_at", "replaces", "old_expires_at");
        assertThat(Instant.parse(answer.path("old_expires_at")))
                .isCloseTo(asked.plus(Duration.ofDays(30)), within(1, ChronoUnit.MINUTES));
        assertThat(api.view(app, answer.path("id")))
                .containsEntry("status", "active")
                .containsEntry("replaces", app.publicKeyId())
                .containsEntry("first_used_at", null);
        assertThat(api.view(app, app.publicKeyId()))
                .containsEntry("status", "expiring")
                .containsEntry("replaced_by", answer.path("id"))
                .containsEntry("expires_at", answer.path("old_expires_at"));
        call(answer.path("key")).then().statusCode(200).body("key.id", is(answer.<String>path("id")));
        call(app.key()).then().statusCode(200).body("key.id", is(app.publicKeyId()));
    }

    @Test
    void startsTheOldKeysClockWithTheFirstUseOfTheNewOneAndNeverAgain() {
        Response rotation = api.rotated(app, "{\"overlap\": \"PT1H\", \"deadline\": \"P2D\"}");
        String id = rotation.path("id");
        Instant deadline = Instant.parse(rotation.path("old_expires_at"));
        call(app.key()).then().statusCode(200);
        assertThat(api.expiresAt(app, app.publicKeyId())).isEqualTo(deadline);

        Instant before = Instant.now();
        call(rotation.path("key")).then().statusCode(200);
        Instant ends = api.expiresAt(app, app.publicKeyId());

        assertThat(ends).isBetween(before.plusSeconds(3_599), Instant.now().plusSeconds(3_600));
        assertThat(ends)
                .isEqualTo(Instant.parse(String.valueOf(api.view(app, id).get("first_used_at")))
                        .plusSeconds(3_600));
        await().pollDelay(Duration.ofMillis(1_100)).until(() -> true);
        call(rotation.path("key")).then().statusCode(200);
        assertThat(api.expiresAt(app, app.publicKeyId())).isEqualTo(ends);
        assertThat(api.audited()).containsExactly("consumer.key_rotated", "consumer.key_first_used");
    }

    @Test
    void countsManyFirstUsesAtTheSameInstantAsOne() throws Exception {
        Response rotation = api.rotated(app, "{\"overlap\": \"PT1H\"}");
        TestConsumer fresh = new TestConsumer(app.id(), app.keyId(), rotation.path("key"));

        List<Answer> answers = RawHttp.request("GET", "/v1/consumer").as(fresh).sendAtOnce(20);

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        assertThat(api.audited()).containsExactly("consumer.key_rotated", "consumer.key_first_used");
        assertThat(api.expiresAt(app, app.publicKeyId()))
                .isEqualTo(Instant.parse(String.valueOf(
                                api.view(app, rotation.path("id")).get("first_used_at")))
                        .plusSeconds(3_600));
    }

    @Test
    void takesARefusalForWantOfAScopeForNoUse() {
        Response rotation = api.rotated(app, "{\"overlap\": \"PT1H\"}");

        assertRefused(call(rotation.path("key"), "/v1/consumers"), 403, "insufficient_scope");

        assertThat(api.view(app, rotation.path("id"))).containsEntry("first_used_at", null);
        assertThat(api.expiresAt(app, app.publicKeyId())).isEqualTo(rotation.<String>path("old_expires_at"));
    }

    @Test
    void startsTheClockOfATestConsumersKeyFromItsSandboxToo() {
        TestConsumer tester = academy.consumer(Environment.TEST, "members:read");
        Response rotation = api.rotated(tester, "{\"overlap\": \"PT1H\"}");

        call(rotation.path("key"), "/v1/members").then().statusCode(200);

        assertThat(api.view(tester, rotation.path("id")).get("first_used_at")).isNotNull();
        assertThat(api.expiresAt(tester, tester.publicKeyId()))
                .isCloseTo(Instant.now().plusSeconds(3_600), within(1, ChronoUnit.MINUTES));
    }

    @Test
    void endsTheOldKeyWhenTheOverlapEnds() {
        call(app.key()).then().statusCode(200);
        Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);
        Response rotation = api.rotated(app, NOW.formatted("PT2S"));
        Instant end = Instant.parse(rotation.path("old_expires_at"));
        assertThat(end).isBetween(before.plusSeconds(2), Instant.now().plusSeconds(2));

        await().atMost(SOON)
                .until(() ->
                        call(app.key()).statusCode() == 401 && !Instant.now().isBefore(end));
        assertRefused(call(app.key()), 401, "key_expired");
        assertThat(api.view(app, app.publicKeyId())).containsEntry("status", "expired");
        call(rotation.path("key")).then().statusCode(200);
    }

    @Test
    void endsTheOldKeyWithinASecondWithoutAnOverlap() {
        call(app.key()).then().statusCode(200);
        api.rotated(app, NOW.formatted("PT0S"));

        WithinASecond.shows(() -> call(app.key()).statusCode() == 401);
    }

    @Test
    void endsTheOldKeyAtTheDeadlineThoughTheNewOneWasNeverUsed() {
        api.rotated(app, "{\"deadline\": \"PT1S\"}");

        await().atMost(SOON).until(() -> call(app.key()).statusCode() == 401);
        assertRefused(call(app.key()), 401, "key_expired");
    }

    @Test
    void saysOnEachAnswerToTheOldKeyWhenItEnds() {
        assertThat(call(app.key()).header("API-Key-Expires")).isNull();
        Response rotation = api.rotated(app, "{}");
        String end = java.time.format.DateTimeFormatter.ofPattern(
                        "EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.US)
                .withZone(java.time.ZoneOffset.UTC)
                .format(Instant.parse(rotation.path("old_expires_at")));
        WithinASecond.shows(() -> end.equals(call(app.key()).header("API-Key-Expires")));

        assertThat(call(app.key(), "/v1/members").header("API-Key-Expires")).isEqualTo(end);
        assertThat(call(app.key(), "/v1/consumers").header("API-Key-Expires")).isEqualTo(end);
        assertThat(call(app.key(), "/v1/nothing").header("API-Key-Expires")).isEqualTo(end);
        assertThat(call(app.key(), "/v1/members?limit=0").header("API-Key-Expires"))
                .isEqualTo(end);
        assertThat(call(rotation.path("key")).header("API-Key-Expires")).isNull();
    }

    @Test
    void saysOnEachAnswerWhenAKeyEndsThatHasThirtyDaysLeftOrLess() {
        Instant now = Instant.now();
        TestConsumer soon = academy.issue(app.id(), Environment.LIVE, null, now.plus(Duration.ofDays(29)));
        TestConsumer later = academy.issue(app.id(), Environment.LIVE, null, now.plus(Duration.ofDays(31)));

        assertThat(call(soon.key()).header("API-Key-Expires")).endsWith(" GMT");
        assertThat(call(later.key()).header("API-Key-Expires")).isNull();
    }

    @Test
    void isRefusedUntilTheOldKeyHasEnded() {
        Response rotation = api.rotated(app, NOW.formatted("PT1H"));

        assertRefused(api.rotate(app, "{}"), 409, "rotation_in_progress");
        assertRefused(api.rotate(app.publicId(), rotation.path("id"), "{}"), 409, "rotation_in_progress");
        Academy.execute("update api_keys set expires_at = now() - interval '1 second' where id = ?", app.keyId());
        assertThat(api.rotate(app.publicId(), rotation.path("id"), "{}").statusCode())
                .isEqualTo(201);
        assertRefused(api.rotate(app, "{}"), 409, "conflict");
    }

    @Test
    void isPossibleAgainAfterTheNewKeyWasRevoked() {
        Response lost = api.rotated(app, "{}");
        api.revoke(app.publicId(), lost.path("id")).then().statusCode(200);

        Response again = api.rotated(app, NOW.formatted("PT1H"));

        assertThat(api.view(app, app.publicKeyId())).containsEntry("replaced_by", again.path("id"));
        assertThat(api.expiresAt(app, app.publicKeyId()))
                .isCloseTo(Instant.now().plusSeconds(3_600), within(1, ChronoUnit.MINUTES));
        call(again.path("key")).then().statusCode(200);
        assertRefused(call(lost.path("key")), 401, "key_revoked");
    }

    @Test
    void hasOneEffectHoweverManyAskAtTheSameInstant() throws Exception {
        List<Answer> answers = RawHttp.request(
                        "POST", "/v1/consumers/" + app.publicId() + "/keys/" + app.publicKeyId() + "/rotation")
                .as(api.admin())
                .json("{}")
                .sendAtOnce(12);

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() != 201))
                .allSatisfy(answer -> assertThat(answer.code()).isEqualTo("rotation_in_progress"));
        assertThat(Academy.query("select id from api_keys where replaces = ?", app.keyId()))
                .hasSize(1);
        assertThat(api.audited()).containsExactly("consumer.key_rotated");
    }

    @Test
    void isHeldByTheDatabaseToo() {
        api.rotated(app, "{}");

        assertThatThrownBy(() -> Academy.execute("""
                        insert into api_keys (tenant_id, id, consumer_id, pepper_version, hash, hint_start, hint_end,
                            created_at, created_by, replaces)
                        select tenant_id, gen_random_uuid(), consumer_id, 1, decode(repeat('ab', 32), 'hex'), 'aaaa',
                            'aaaa', now(), 'test', id
                        from api_keys where id = ?""", app.keyId())).hasMessageContaining("api_keys_one_successor");
        TestConsumer other = academy.consumer();
        assertThatThrownBy(() -> Academy.execute(
                        "update api_keys set replaces = ? where id = ?",
                        api.admin().keyId(),
                        other.keyId()))
                .hasMessageContaining("api_keys_replaces");
    }

    /** The connection is cut while the rotation waits for the key's row: nothing of it remains. */
    @Test
    void leavesNothingBehindWhenItIsKilledInTheMiddle() throws Exception {
        CompletableFuture<Response> cut;
        try (Connection owner = EmbeddedDatabaseResource.connectAsOwner()) {
            owner.setAutoCommit(false);
            int holder;
            try (PreparedStatement lock =
                    owner.prepareStatement("select pg_backend_pid() from api_keys where id = ? for update")) {
                lock.setObject(1, app.keyId());
                try (var row = lock.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    holder = row.getInt(1);
                }
            }
            cut = CompletableFuture.supplyAsync(() -> Calls.as(api.admin(), "{}")
                    .header("Idempotency-Key", "cut")
                    .post("/v1/consumers/{id}/keys/{key}/rotation", app.publicId(), app.publicKeyId()));
            await().atMost(Duration.ofSeconds(10)).until(() -> terminateWhoWaitsFor(holder));
            owner.rollback();
        }
        assertRefused(cut.get(), 503, "database_unavailable");
        assertThat(Academy.query("select id from api_keys where replaces = ?", app.keyId()))
                .isEmpty();
        assertThat(api.view(app, app.publicKeyId()))
                .containsEntry("status", "active")
                .containsEntry("expires_at", null);
        assertThat(api.audited()).isEmpty();

        Calls.as(api.admin(), "{}")
                .header("Idempotency-Key", "cut")
                .post("/v1/consumers/{id}/keys/{key}/rotation", app.publicId(), app.publicKeyId())
                .then()
                .statusCode(201);
    }

    private static boolean terminateWhoWaitsFor(int holder) throws Exception {
        try (Connection superuser = EmbeddedDatabaseResource.connectAsSuperuser();
                PreparedStatement terminate = superuser.prepareStatement(
                        "select pg_terminate_backend(pid) from pg_stat_activity where ? = any(pg_blocking_pids(pid))")) {
            terminate.setInt(1, holder);
            try (var row = terminate.executeQuery()) {
                return row.next();
            }
        }
    }

    @Test
    void isReplayedWithoutTheKey() {
        Response first = rotateOnce();
        Response second = rotateOnce();

        assertThat(first.<String>path("key")).matches(KeyText.PATTERN);
        second.then()
                .statusCode(201)
                .header("Idempotency-Replayed", "true")
                .body("id", is(first.<String>path("id")))
                .body("old_expires_at", is(first.<String>path("old_expires_at")))
                .body("key", nullValue());
        assertThat(second.asString()).doesNotContain("\"key\"");
        assertThat(Academy.query(
                        "select 1 from idempotency_keys k where tenant_id = ? and k::text ~ 'spine_(live|test)_'",
                        academy.id()))
                .isEmpty();
        assertThat(Academy.query("select id from api_keys where replaces = ?", app.keyId()))
                .hasSize(1);
    }

    private Response rotateOnce() {
        return Calls.as(api.admin(), "{\"overlap\": \"PT1H\"}")
                .header("Idempotency-Key", "once")
                .post("/v1/consumers/{id}/keys/{key}/rotation", app.publicId(), app.publicKeyId());
    }

    @Test
    void givesTheNewKeyTheOldOnesNetworksAndLatestExpiry() {
        String end = Instant.now()
                .plus(Duration.ofDays(100))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        Response issued =
                api.issue(app, "{\"expires_at\": \"%s\", \"networks\": [\"127.0.0.1\", \"::1\"]}".formatted(end));

        Response rotation = api.rotate(app.publicId(), issued.path("id"), "{}");

        rotation.then().statusCode(201).body("expires_at", is(end));
        assertThat(api.view(app, rotation.path("id"))).containsEntry("networks", List.of("127.0.0.1/32", "::1/128"));
    }

    @Test
    void letsNoKeyOutliveTheAcademysMaximumAge() {
        Academy.execute("update tenants set max_key_age_days = 10 where id = ?", academy.id());
        Instant oldest = Instant.now().plus(Duration.ofDays(10));

        Response rotation = api.rotated(app, "{}");

        assertThat(Instant.parse(rotation.path("expires_at"))).isCloseTo(oldest, within(1, ChronoUnit.MINUTES));
        Response issued = api.issue(app, "{}");
        assertThat(Instant.parse(issued.path("expires_at"))).isCloseTo(oldest, within(1, ChronoUnit.MINUTES));
        assertRefused(api.issue(app, "{\"expires_at\": \"2999-01-01T00:00:00Z\"}"), 422, "invalid")
                .body("reasons.pointer", is(List.of("/expires_at")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'overlap': 'P31D'}|422|invalid|/overlap",
                "{'overlap': 'PT720H0.001S'}|422|invalid|/overlap",
                "{'overlap': '-PT1S'}|422|invalid|/overlap",
                "{'deadline': 'P91D'}|422|invalid|/deadline",
                "{'deadline': 'PT-1S'}|422|invalid|/deadline",
                "{'starts': 'now', 'deadline': 'P1D'}|422|invalid|/deadline",
                "{'overlap': '24h'}|400|bad_value|/overlap",
                "{'overlap': ''}|400|bad_value|/overlap",
                "{'overlap': 'P1M'}|400|bad_value|/overlap",
                "{'overlap': 'PT99999999999999999999H'}|400|bad_value|/overlap",
                "{'overlap': 86400}|400|wrong_type|/overlap",
                "{'overlap': ['PT1H']}|400|wrong_type|/overlap",
                "{'starts': 'later'}|400|bad_value|/starts",
                "{'starts': 1}|400|bad_value|/starts",
                "{'key': 'x'}|400|unknown_member|/key",
                "[]|400|wrong_type|''",
                "{|400|malformed_json|''",
            })
    void refusesAndNamesWhatCannotBe(String body, int status, String code, @Nullable String pointer) {
        assertRefused(api.rotate(app, body.replace('\'', '"')), status, code)
                .body("reasons.pointer", is(List.of(pointer == null || pointer.equals("''") ? "" : pointer)));
        assertThat(api.view(app, app.publicKeyId())).containsEntry("status", "active");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"overlap\": \"P30D\"}",
                "{\"overlap\": \"PT0S\"}",
                "{\"overlap\": \"P1DT12H\"}",
                "{\"overlap\": null}"
            })
    void takesAnOverlapOfUpToThirtyDays(String body) {
        assertThat(api.rotate(app, body).statusCode()).isEqualTo(201);
    }

    @Test
    void isRefusedForAKeyThatDoesNotWork() {
        Instant now = Instant.now();
        TestConsumer expired = academy.issue(app.id(), Environment.LIVE, null, now.minusSeconds(1));
        TestConsumer early = academy.issue(app.id(), Environment.LIVE, now.plusSeconds(600), null);
        TestConsumer revoked = academy.issue(app.id(), Environment.LIVE, null, null);
        api.revoke(app.publicId(), revoked.publicKeyId()).then().statusCode(200);

        assertRefused(api.rotate(expired, "{}"), 409, "conflict");
        assertRefused(api.rotate(early, "{}"), 409, "conflict");
        assertRefused(api.rotate(revoked, "{}"), 409, "conflict");
    }

    @Test
    void isRefusedToACallerWhoHoldsLessThanTheConsumer() {
        TestConsumer strong = academy.consumer("members:read", "payments:write");

        Calls.assertScopeMissing(api.rotate(strong, "{}"), "payments:write");
        assertThat(Academy.query("select id from api_keys where consumer_id = ?", strong.id()))
                .hasSize(1);
    }

    @Test
    void findsNoKeyOfAnotherConsumerOrAcademyOrNone() {
        TestConsumer neighbour = academy.consumer("members:read");
        TestConsumer theirs = Academy.open().consumer("members:read");
        String nobody = TypeId.format("key", UuidV7.create(Clock.systemUTC()));
        String nowhere = withoutRequestId(api.rotate(app.publicId(), nobody, "{}"));

        assertThat(nowhere).contains("\"not_found\"");
        for (String key : List.of(
                neighbour.publicKeyId(),
                theirs.publicKeyId(),
                "x",
                app.publicId(),
                "key_",
                UUID.randomUUID().toString())) {
            assertThat(withoutRequestId(api.rotate(app.publicId(), key, "{}")))
                    .as(key)
                    .isEqualTo(nowhere);
        }
        assertThat(withoutRequestId(api.rotate(theirs.publicId(), theirs.publicKeyId(), "{}")))
                .isEqualTo(nowhere);
        assertThat(withoutRequestId(api.rotate("x", app.publicKeyId(), "{}"))).isEqualTo(nowhere);
        assertThat(Academy.query(
                        "select id from api_keys where replaces = any (?::uuid[])",
                        "{" + neighbour.keyId() + "," + theirs.keyId() + "}"))
                .isEmpty();
    }

    @Test
    void takesAKeyAndItsScope() {
        Calls.assertKeyMissing(Calls.nobody()
                .contentType("application/json")
                .body("{}")
                .post("/v1/consumers/{id}/keys/{key}/rotation", app.publicId(), app.publicKeyId()));
        Calls.assertScopeMissing(
                Calls.as(academy.consumer("consumers:read", "members:read", "keys:rotate"), "{}")
                        .post("/v1/consumers/{id}/keys/{key}/rotation", app.publicId(), app.publicKeyId()),
                "consumers:write");
    }

    @Test
    void writesAnAuditRecordOfBothKeysAndNeitherSecret() {
        Response rotation = api.rotated(app, "{}");

        assertThat(Academy.query("""
                        select concat_ws(' ', event, actor_id, entity_id, request_id, v.before::jsonb ->> 'status',
                            v.after::jsonb -> 'key' ->> 'id', v.after::jsonb -> 'replaced' ->> 'id',
                            v.after::jsonb -> 'replaced' ->> 'status')
                        from audit_log l join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                        where l.tenant_id = ?""", academy.id()))
                .containsExactly(String.join(
                        " ",
                        "consumer.key_rotated",
                        api.admin().publicId(),
                        app.publicId(),
                        rotation.header("Request-Id"),
                        "active",
                        rotation.path("id"),
                        app.publicKeyId(),
                        "expiring"));
        assertThat(String.valueOf(Academy.query("select after from audit_values where tenant_id = ?", academy.id())))
                .doesNotContain(
                        rotation.<String>path("key").substring(11, 41),
                        app.key().substring(11, 41));
    }
}
