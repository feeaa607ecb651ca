package app.spine.consumers;

import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code /v1/consumers/{id}/keys}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ConsumerKeyTest {

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer("consumers:read", "consumers:write", "members:read");
    private final TestConsumer app = academy.consumer("members:read");

    @Nested
    class Issue {

        @ParameterizedTest
        @EnumSource(Environment.class)
        void answersAKeyOfTheEnvironmentThatWorksAtOnce(Environment environment) {
            TestConsumer consumer = academy.consumer(environment, "members:read");

            Response answer = issue(admin, consumer.publicId(), "{}");

            String key = answer.then()
                    .statusCode(201)
                    .header("Cache-Control", "no-store")
                    .body("not_before", nullValue())
                    .body("expires_at", nullValue())
                    .extract()
                    .path("key");
            assertThat(key)
                    .matches("spine_" + environment.wire() + "_[0-9A-Za-z]{36}")
                    .matches(KeyText.PATTERN)
                    .matches(KeyText::isWellFormed);
            assertThat(answer.jsonPath().getMap("$")).containsOnlyKeys("id", "key", "not_before", "expires_at");
            call(key)
                    .then()
                    .statusCode(200)
                    .body("id", is(consumer.publicId()))
                    .body("key.id", is(answer.<String>path("id")));
            Calls.as(consumer).get("/v1/consumer").then().statusCode(200);
        }

        @Test
        void storesTheKeyNowhereInClear() throws Exception {
            String key = issue(admin, app.publicId(), "{}").path("key");
            call(key).then().statusCode(200);
            byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));

            // What finds a key does find what stands in the tables.
            assertThat(rowsWith(KeyText.hintEnd(key))).contains("api_keys");
            assertThat(rowsWith(key.substring(11, 41))).isEmpty();
            assertThat(rowsWith(HexFormat.of().formatHex(bytes))).isEmpty();
            // Nor as a hash that needs no pepper to be tried.
            assertThat(rowsWith(digest)).isEmpty();
        }

        @Test
        void makesADifferentKeyEachTime() {
            assertThat(issue(admin, app.publicId(), "{}").<String>path("key"))
                    .isNotEqualTo(issue(admin, app.publicId(), "{}").<String>path("key"));
        }

        @Test
        void writesAnAuditRecordWithoutTheKey() {
            Response answer = issue(admin, app.publicId(), "{}");
            String key = answer.path("key");

            assertThat(Academy.query("""
                            select concat_ws(' ', event, actor_kind, actor_id, actor_key_id, entity_kind, entity_id,
                                             request_id, v.before, v.after::jsonb ->> 'id')
                            from audit_log l join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                            where l.tenant_id = ?""", academy.id()))
                    .containsExactly(String.join(
                            " ",
                            "consumer.key_issued consumer",
                            admin.publicId(),
                            admin.publicKeyId(),
                            "consumer",
                            app.publicId(),
                            answer.header("Request-Id"),
                            answer.path("id")));
            assertThat(Academy.query("select after from audit_values where tenant_id = ?", academy.id()))
                    .singleElement()
                    .asString()
                    .doesNotContain(key, key.substring(11, 41), "hash");
        }

        @Test
        void answersTimesAsPreciseAsTheyAreKept() {
            Response answer = issue(
                    admin,
                    app.publicId(),
                    "{\"not_before\": \"2997-01-01T00:00:00.123456789Z\", \"expires_at\": \"2998-01-01T00:00:00.1234567Z\"}");

            answer.then()
                    .body("not_before", is("2997-01-01T00:00:00.123456Z"))
                    .body("expires_at", is("2998-01-01T00:00:00.123456Z"));
            assertThat(Academy.query(
                            "select concat_ws(' ', not_before at time zone 'UTC', expires_at at time zone 'UTC')"
                                    + " from api_keys where consumer_id = ? and not_before is not null",
                            app.id()))
                    .containsExactly("2997-01-01 00:00:00.123456 2998-01-01 00:00:00.123456");
        }

        @Test
        void worksInItsTimeOnly() {
            Instant end = Instant.now().plusSeconds(5).truncatedTo(ChronoUnit.MILLIS);
            String key = issue(admin, app.publicId(), "{\"expires_at\": \"" + end + "\"}")
                    .path("key");
            call(key).then().statusCode(200).body("key.expires_at", is(end.toString()));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> call(key).statusCode() == 401 && !Instant.now().isBefore(end));
            assertRefused(call(key), 401, "key_expired");

            String later = issue(admin, app.publicId(), "{\"not_before\": \"2999-01-01T00:00:00Z\"}")
                    .path("key");
            assertRefused(call(later), 401, "key_not_yet_valid");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{'expires_at': '2020-01-01T00:00:00Z'}|422|invalid|/expires_at",
                    "{'expires_at': '0000-01-01T00:00:00Z'}|422|invalid|/expires_at",
                    "{'not_before': '2998-01-01T00:00:00Z', 'expires_at': '2997-01-01T00:00:00Z'}|422|invalid|/not_before",
                    "{'not_before': '2998-01-01T00:00:00Z', 'expires_at': '2998-01-01T00:00:00Z'}|422|invalid|/not_before",
                    "{'not_before': '2998-01-01T11:00:00+11:00', 'expires_at': '2998-01-01T00:00:00Z'}|422|invalid|/not_before",
                    "{'expires_at': 'tomorrow'}|400|bad_value|/expires_at",
                    "{'expires_at': ''}|400|bad_value|/expires_at",
                    "{'expires_at': '2998-01-01'}|400|bad_value|/expires_at",
                    "{'expires_at': '2998-01-01T00:00:00'}|400|bad_value|/expires_at",
                    "{'expires_at': '+1000000000-12-31T23:59:59Z'}|400|bad_value|/expires_at",
                    "{'not_before': '+300000-12-31T23:59:59Z'}|400|bad_value|/not_before",
                    "{'expires_at': 32472144000}|400|wrong_type|/expires_at",
                    "{'expires_at': [2998]}|400|wrong_type|/expires_at",
                    "{'networks': ['10.0.0.1/8']}|422|invalid|/networks/0",
                    "{'networks': ['010.0.0.1']}|422|invalid|/networks/0",
                    "{'networks': [null]}|422|invalid|/networks/0",
                    "{'networks': '10.0.0.1'}|400|wrong_type|/networks",
                    "{'scopes': []}|400|unknown_member|/scopes",
                    "{'key': 'x'}|400|unknown_member|/key",
                    "[]|400|wrong_type|''",
                    "{|400|malformed_json|''",
                })
        void refusesAndNamesWhatCannotBe(String body, int status, String code, @Nullable String pointer) {
            assertRefused(issue(admin, app.publicId(), body.replace('\'', '"')), status, code)
                    .body("reasons.pointer", is(List.of(pointer == null || pointer.equals("''") ? "" : pointer)));
            assertThat(Academy.query("select 1 from api_keys where consumer_id = ?", app.id()))
                    .hasSize(1);
        }

        @Test
        void isRefusedToACallerWhoHoldsLessThanTheConsumer() {
            TestConsumer strong = academy.consumer("members:read", "members:write", "payments:write");

            Calls.assertScopeMissing(issue(admin, strong.publicId(), "{}"), "members:write payments:write")
                    .body("reasons.size()", is(2));
            assertThat(Academy.query("select 1 from api_keys where consumer_id = ?", strong.id()))
                    .hasSize(1);
            assertThat(Academy.query("select 1 from audit_log where tenant_id = ?", academy.id()))
                    .isEmpty();
        }

        @Test
        void isRefusedToATestKeyForALiveConsumer() {
            TestConsumer tester = academy.consumer(Environment.TEST, "consumers:write", "members:read");

            assertRefused(issue(tester, app.publicId(), "{}"), 404, "not_found");
        }

        @Test
        void isTheSameForAnotherAcademysConsumerAsForNone() {
            TestConsumer theirs = Academy.open().consumer("members:read");
            Response nowhere = issue(admin, TypeId.format("consumer", UuidV7.create(Clock.systemUTC())), "{}");

            assertRefused(nowhere, 404, "not_found");
            assertThat(withoutRequestId(issue(admin, theirs.publicId(), "{}"))).isEqualTo(withoutRequestId(nowhere));
            assertThat(withoutRequestId(issue(admin, "x", "{}"))).isEqualTo(withoutRequestId(nowhere));
        }

        @Test
        void takesAKeyAndItsScope() {
            Calls.assertKeyMissing(Calls.nobody()
                    .contentType("application/json")
                    .body("{}")
                    .post("/v1/consumers/{id}/keys", app.publicId()));
            Calls.assertScopeMissing(
                    issue(academy.consumer("consumers:read", "members:read"), app.publicId(), "{}"), "consumers:write");
        }
    }

    private static Response issue(TestConsumer caller, String consumer, String body) {
        return Calls.as(caller, body).post("/v1/consumers/{id}/keys", consumer);
    }

    private static Response call(String key) {
        return Calls.nobody().header("Authorization", "Bearer " + key).get("/v1/consumer");
    }

    /** The tables with a row that holds this text in any column, bytes being written in hexadecimal. */
    private static List<String> rowsWith(String text) {
        return Academy.query("select tablename from pg_tables where schemaname = 'public'").stream()
                .map(String::valueOf)
                .filter(table -> !Academy.query(
                                "select 1 from " + table + " as r where position(? in r::text) > 0 limit 1", text)
                        .isEmpty())
                .toList();
    }
}
