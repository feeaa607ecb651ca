package app.spine.requests;

import static app.spine.testsupport.Calls.as;
import static app.spine.testsupport.Calls.assertKeyMissing;
import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.assertScopeMissing;
import static app.spine.testsupport.Calls.nobody;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import app.spine.consumers.Environment;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class RequestResourceTest {

    private final Academy academy = Academy.open();
    private final TestConsumer reader = academy.consumer("requests:read", "members:read");
    private final TestConsumer caller = academy.consumer("members:read");

    @Nested
    class Listing {

        @Test
        void showsEachCallOnceNewestFirst() {
            List<String> made = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                made.addFirst(id(own(caller)));
            }
            assertThat(ids(Map.of("consumer_id", caller.publicId()))).isEqualTo(made);
        }

        @Test
        void pagesWithoutGapOrRepeat() {
            for (int i = 0; i < 7; i++) {
                own(caller);
            }
            List<String> paged = new ArrayList<>();
            String after = null;
            do {
                Response page = after == null
                        ? list(Map.of("consumer_id", caller.publicId(), "limit", "3"))
                        : list(Map.of("consumer_id", caller.publicId(), "limit", "3", "after", after));
                paged.addAll(page.jsonPath().getList("data.id", String.class));
                after = page.jsonPath().getString("next");
            } while (after != null);
            assertThat(paged).hasSize(7).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b.compareTo(a));
        }

        @Test
        void filtersByKeyOperationAndStatus() {
            TestConsumer second = academy.issue(caller.id(), Environment.LIVE, null, null);
            String first = id(own(caller));
            String other = id(own(second));
            String missing = id(as(second).get("/v1/members/member_01h455vb4pex5vsknk084sn02q"));
            String forbidden = id(as(caller).get("/v1/consumers"));

            assertThat(ids(Map.of("key_id", caller.publicKeyId()))).containsExactly(forbidden, first);
            assertThat(ids(Map.of("key_id", second.publicKeyId(), "consumer_id", caller.publicId())))
                    .containsExactly(missing, other);
            assertThat(ids(Map.of("key_id", second.publicKeyId(), "consumer_id", reader.publicId())))
                    .isEmpty();
            assertThat(ids(Map.of("key_id", TypeId.format("key", UUID.randomUUID()))))
                    .isEmpty();
            assertThat(ids(Map.of("operation", "readMember"))).containsExactly(missing);
            assertThat(ids(Map.of("operation", "noSuchOperation"))).isEmpty();
            assertThat(ids(Map.of("status", "404"))).containsExactly(missing);
            assertThat(ids(Map.of("status", "4xx"))).containsExactly(forbidden, missing);
            assertThat(ids(Map.of("status", "4xx", "key_id", second.publicKeyId())))
                    .containsExactly(missing);
            assertThat(ids(Map.of("status", "5xx"))).isEmpty();
            assertThat(ids(Map.of("status", "200", "consumer_id", caller.publicId())))
                    .containsExactly(other, first);
        }

        @Test
        void filtersFailuresOfOneConsumer() {
            UUID ours = insert(caller, Instant.now(), 500);
            insert(reader, Instant.now(), 500);
            assertThat(ids(Map.of("status", "5xx", "consumer_id", caller.publicId())))
                    .containsExactly(TypeId.format("req", ours));
            assertThat(ids(Map.of("status", "500"))).hasSize(2);
        }

        @Test
        void takesFromWithAndToWithoutItsInstant() {
            Instant noon = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(12));
            Instant minuteLater = noon.plusSeconds(60);
            UUID before = insert(caller, noon.minusMillis(1), 200);
            UUID at = insert(caller, noon, 200);
            UUID end = insert(caller, minuteLater, 200);
            assertThat(ids(Map.of("from", noon.toString(), "to", minuteLater.toString())))
                    .containsExactly(TypeId.format("req", at));
            String noonInSydney = noon.atOffset(ZoneOffset.ofHours(11)).toString();
            assertThat(ids(Map.of("to", noonInSydney, "consumer_id", caller.publicId())))
                    .containsExactly(TypeId.format("req", before));
            assertThat(ids(Map.of(
                            "from",
                            minuteLater.toString(),
                            "to",
                            noon.plus(Duration.ofHours(12)).toString())))
                    .containsExactly(TypeId.format("req", end));
        }

        @Test
        void showsWhatTheLogKnows() {
            Response call = as(caller)
                    .header("User-Agent", "widgets/1")
                    .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                    .queryParam("limit", 7)
                    .get("/v1/members");
            list(Map.of("consumer_id", caller.publicId()))
                    .then()
                    .body("data.size()", is(1))
                    .body("data[0].id", is(id(call)))
                    .body("data[0].consumer_id", is(caller.publicId()))
                    .body("data[0].key_id", is(caller.publicKeyId()))
                    .body("data[0].operation", is("listMembers"))
                    .body("data[0].method", is("GET"))
                    .body("data[0].path", is("/v1/members"))
                    .body("data[0].query_names", is(List.of("limit")))
                    .body("data[0].scopes", is(List.of("members:read")))
                    .body("data[0].status", is(200))
                    .body("data[0].user_agent", is("widgets/1"))
                    .body("data[0].trace_id", is("4bf92f3577b34da6a3ce929d0e0e4736"))
                    .body("data[0].bytes_out", is(call.asByteArray().length))
                    .body("data[0].count", is(1));
        }

        @Test
        void neverShowsAnotherAcademysRequests() {
            TestConsumer stranger = Academy.open().consumer("requests:read", "members:read");
            String theirs = id(own(stranger));
            assertThat(ids(Map.of())).doesNotContain(theirs);
            assertThat(ids(Map.of("consumer_id", stranger.publicId()))).isEmpty();
            assertThat(ids(Map.of("key_id", stranger.publicKeyId()))).isEmpty();
        }

        @Test
        void showsATestConsumerItsOwnRequestsOnly() {
            TestConsumer tester = academy.consumer(Environment.TEST, "requests:read");
            String live = id(own(caller));
            String own = id(own(tester));
            assertThat(as(tester).get("/v1/requests").jsonPath().getList("data.id", String.class))
                    .containsExactly(own);
            assertThat(as(tester)
                            .queryParam("consumer_id", caller.publicId())
                            .get("/v1/requests")
                            .jsonPath()
                            .getList("data"))
                    .isEmpty();
            assertThat(as(tester)
                            .queryParam("key_id", caller.publicKeyId())
                            .get("/v1/requests")
                            .jsonPath()
                            .getList("data"))
                    .isEmpty();
            assertRefused(as(tester).get("/v1/requests/" + live), 404, "not_found");
            as(tester).get("/v1/requests/" + own).then().statusCode(200);
        }

        @ParameterizedTest
        @CsvSource({
            "consumer_id, key_01h455vb4pex5vsknk084sn02q",
            "key_id, 7",
            "status, 4XX",
            "status, 600",
            "status, 4x",
            "status, active",
            "from, yesterday",
            "to, 2026-11-22",
            "from, +999999999-01-01T00:00:00Z",
            "limit, 0",
            "after, x",
        })
        void refusesWhatItCannotRead(String name, String value) {
            assertRefused(as(reader).queryParam(name, value).get("/v1/requests"), 400, "bad_value")
                    .body("reasons[0].parameter", is(name));
        }

        @Test
        void refusesAPeriodThatEndsBeforeItBegins() {
            assertRefused(
                            as(reader)
                                    .queryParam("from", "2026-11-22T00:00:00Z")
                                    .queryParam("to", "2026-11-22T00:00:00Z")
                                    .get("/v1/requests"),
                            400,
                            "bad_value")
                    .body("reasons[0].parameter", is("to"));
        }

        @Test
        void refusesACursorOfOtherFilters() {
            own(caller);
            own(caller);
            String next = list(Map.of("limit", "1")).jsonPath().getString("next");
            assertThat(next).isNotNull();
            assertRefused(
                    as(reader)
                            .queryParam("after", next)
                            .queryParam("status", "200")
                            .get("/v1/requests"),
                    400,
                    "bad_value");
        }

        @Test
        void takesAKeyAndItsScope() {
            assertKeyMissing(nobody().get("/v1/requests"));
            assertScopeMissing(as(caller).get("/v1/requests"), "requests:read");
        }
    }

    @Nested
    class Reading {

        @Test
        void findsTheRowThatAnAnswerNames() {
            Response refused = as(caller).get("/v1/consumers");
            as(reader)
                    .get("/v1/requests/" + id(refused))
                    .then()
                    .statusCode(200)
                    .body("id", is(id(refused)))
                    .body("status", is(403))
                    .body("code", is("insufficient_scope"));
        }

        @Test
        void hidesAnotherAcademysLikeOneThatDoesNotExist() {
            String theirs = id(own(Academy.open().consumer()));
            Response other = as(reader).get("/v1/requests/" + theirs);
            Response none = as(reader).get("/v1/requests/" + TypeId.format("req", UUID.randomUUID()));
            Response unreadable = as(reader).get("/v1/requests/1");
            assertRefused(other, 404, "not_found");
            assertThat(withoutInstance(other, theirs)).isEqualTo(withoutInstance(none, theirs));
            assertRefused(unreadable, 404, "not_found");
        }

        @Test
        void takesAKeyAndItsScope() {
            String id = id(own(caller));
            assertKeyMissing(nobody().get("/v1/requests/" + id));
            assertScopeMissing(as(caller).get("/v1/requests/" + id), "requests:read");
        }

        private static String withoutInstance(Response response, String id) {
            return withoutRequestId(response)
                    .replaceAll("req_[0-9a-z]{26}", "req_")
                    .replace(id, "req_");
        }
    }

    private Response list(Map<String, String> filters) {
        Response page = as(reader).queryParams(filters).get("/v1/requests");
        page.then().statusCode(200);
        return page;
    }

    private List<String> ids(Map<String, String> filters) {
        return list(filters).jsonPath().getList("data.id", String.class);
    }

    private static Response own(TestConsumer consumer) {
        return as(consumer).get("/v1/consumer");
    }

    private static String id(Response answer) {
        return answer.header("Request-Id");
    }

    private UUID insert(TestConsumer consumer, Instant at, int status) {
        UUID id = UuidV7.at(at);
        Academy.execute("""
                insert into api_requests (tenant_id, id, occurred_at, consumer_id, key_id, operation, method, path, status,
                    latency_us, bytes_in, bytes_out, address)
                values (?, ?, now(), ?, ?, 'readMember', 'GET', '/v1/members/x', ?, 1, 0, 0, '192.0.2.1')""", academy.id(), id, consumer.id(), consumer.keyId(), status);
        return id;
    }
}
