package app.spine.consumers;

import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code GET /v1/consumer}, and where the data of a test key lives. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class OwnConsumerResourceTest {

    private final Academy academy = Academy.open();

    @Nested
    class Success {

        @ParameterizedTest
        @EnumSource(Environment.class)
        void tellsWhoCallsWhatItMayDoAndHowMuch(Environment environment) {
            TestConsumer consumer = academy.consumer(environment, "members:read", "bookings:read");
            Academy.execute(
                    "update api_consumers set scopes_pending = '{refunds:write}', scopes_requested_by = 'test',"
                            + " scopes_requested_at = now(), monthly_quota = 5 where id = ?",
                    consumer.id());

            Response answer = read(consumer);

            answer.then()
                    .statusCode(200)
                    .header("Cache-Control", "no-store")
                    .body("id", is(consumer.publicId()))
                    .body("name", is("Test consumer"))
                    .body("environment", is(environment.wire()))
                    .body("status", is("active"))
                    .body("scopes", contains("members:read", "bookings:read"))
                    .body("scopes_pending", contains("refunds:write"))
                    .body("limits.burst.requests", is(100_000))
                    .body("limits.burst.seconds", is(1))
                    .body("limits.sustained.requests", is(1_000_000))
                    .body("limits.sustained.seconds", is(60))
                    .body("limits.monthly_quota", is(5))
                    .body("contract_version", is("v1"))
                    .body("key.id", is(consumer.publicKeyId()))
                    .body("key.status", is("active"))
                    .body("key.expires_at", nullValue());
            assertThat(answer.asString()).doesNotContain(consumer.key());
        }

        @Test
        void tellsWhenThisKeyEndsAndNotAnother() {
            TestConsumer consumer = academy.consumer();
            Instant end = Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS);
            TestConsumer ending = academy.issue(consumer.id(), Environment.LIVE, null, end);

            read(ending).then().body("key.id", is(ending.publicKeyId())).body("key.expires_at", is(end.toString()));
            read(consumer).then().body("key.expires_at", nullValue());
        }

        @Test
        void takesNoScope() {
            read(academy.consumer()).then().statusCode(200).body("scopes", empty());
        }
    }

    @Nested
    class Refused {

        @Test
        void isACallWithoutAKey() {
            Calls.assertKeyMissing(Calls.nobody().get("/v1/consumer"));
        }

        @Test
        void isAKeyThatNoConsumerHas() {
            TestConsumer consumer = academy.consumer();
            Academy.execute("delete from api_keys where id = ?", consumer.keyId());

            assertRefused(read(consumer), 401, "key_unknown");
        }

        @Test
        void isAKeyWithOneCharacterChanged() {
            String key = academy.consumer().key();
            char other = key.charAt(20) == 'a' ? 'b' : 'a';

            assertRefused(
                            Calls.nobody()
                                    .header(
                                            "Authorization",
                                            "Bearer " + key.substring(0, 20) + other + key.substring(21))
                                    .get("/v1/consumer"),
                            401,
                            "key_malformed")
                    .header("WWW-Authenticate", "Bearer realm=\"operating-spine\", error=\"invalid_token\"");
        }

        @Test
        void isAKeyOutsideItsTime() {
            TestConsumer consumer = academy.consumer();
            Instant now = Instant.now();

            assertRefused(
                    read(academy.issue(consumer.id(), Environment.LIVE, null, now.minusSeconds(1))),
                    401,
                    "key_expired");
            assertRefused(
                    read(academy.issue(consumer.id(), Environment.LIVE, now.plusSeconds(600), null)),
                    401,
                    "key_not_yet_valid");
            read(academy.issue(consumer.id(), Environment.LIVE, now.minusSeconds(1), now.plusSeconds(600)))
                    .then()
                    .statusCode(200);
        }

        @Test
        void isAParameter() {
            assertRefused(
                    Calls.as(academy.consumer()).queryParam("x", "1").get("/v1/consumer"), 400, "unknown_parameter");
        }
    }

    @Nested
    class Sandbox {

        private final TestConsumer live = academy.consumer(Environment.LIVE, "members:read", "members:write");
        private final TestConsumer test = academy.consumer(Environment.TEST, "members:read", "members:write");

        @Test
        void holdsWhatATestKeyMakesAndShowsItToTestKeysOnly() {
            String pretended = add(test);
            String real = add(live);

            assertThat(members(test)).containsExactly(pretended);
            assertThat(members(live)).containsExactly(real);
            assertThat(status(live, pretended)).isEqualTo(404);
            assertThat(status(test, real)).isEqualTo(404);
            assertThat(status(test, pretended)).isEqualTo(200);
            assertThat(members(academy.consumer(Environment.TEST, "members:read")))
                    .containsExactly(pretended);
            assertThat(Academy.query(
                            "select tenant_id from members where legal_name = ?", "Pretended test " + test.id()))
                    .containsExactly(academy.sandboxId());
        }

        @Test
        void doesNotHoldTheConsumerNorItsLog() {
            add(test);
            read(test);
            status(test, "x");

            assertThat(Academy.query("select distinct tenant_id from api_requests where consumer_id = ?", test.id()))
                    .containsExactly(academy.id());
            assertThat(Academy.query("select operation from api_requests where consumer_id = ? order by id", test.id()))
                    .containsExactly("addMember", "readOwnConsumer", "readMember");
        }

        private String add(TestConsumer consumer) {
            String name = (consumer.equals(test) ? "Pretended test " : "Real live ") + consumer.id();
            return Calls.as(consumer, """
                            {"legal_name": "%s", "date_of_birth": "1990-05-31"}""".formatted(name))
                    .post("/v1/members")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("id");
        }

        private List<String> members(TestConsumer consumer) {
            return Calls.as(consumer).get("/v1/members").path("data.id");
        }

        private int status(TestConsumer consumer, String member) {
            return Calls.as(consumer).get("/v1/members/{id}", member).statusCode();
        }
    }

    private static Response read(TestConsumer consumer) {
        return Calls.as(consumer).get("/v1/consumer");
    }
}
