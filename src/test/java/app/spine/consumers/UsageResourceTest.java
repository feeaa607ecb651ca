package app.spine.consumers;

import static app.spine.testsupport.Calls.as;
import static app.spine.testsupport.Calls.assertKeyMissing;
import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.assertScopeMissing;
import static app.spine.testsupport.Calls.nobody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class UsageResourceTest {

    @Inject
    CountUsage counting;

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer("consumers:read");
    private final TestConsumer caller = academy.consumer("members:read");

    @Test
    void countsEachCallByDayOperationAndClass() throws SQLException {
        TestConsumer second = academy.issue(caller.id(), Environment.LIVE, null, null);
        for (int i = 0; i < 3; i++) {
            as(caller).get("/v1/members");
        }
        as(second).get("/v1/members");
        as(second).get("/v1/members/member_01h455vb4pex5vsknk084sn02q");
        as(caller).get("/v1/nowhere");

        awaitRequests("", 6)
                .then()
                .body("consumer_id", is(caller.publicId()))
                .body("from", is(today().minusDays(29).toString()))
                .body("to", is(today().toString()))
                .body("limits.burst.requests", is(100_000))
                .body("quota_use", nullValue())
                .body("next", nullValue())
                .body("data[0].day", is(today().toString()))
                .body("data[0].limited", is(0))
                .body("data[0].operations.find { it.operation == 'listMembers' }.requests", is(4))
                .body("data[0].operations.find { it.operation == 'listMembers' }.status_class", is("2xx"))
                .body("data[0].operations.find { it.operation == 'readMember' }.status_class", is("4xx"))
                .body("data[0].operations.find { it.operation == null }.requests", is(1));
        awaitRequests("key_id=" + second.publicKeyId(), 2)
                .then()
                .body("data[0].operations.requests", is(List.of(1, 1)));
        assertThat(usage("key_id=" + admin.publicKeyId()).jsonPath().getList("data"))
                .isEmpty();
    }

    @Test
    void showsHowNearTheLimitsItCame() throws SQLException {
        Academy.execute(
                "update api_consumers set burst_requests = 3, burst_seconds = 60, monthly_quota = 50 where id = ?",
                caller.id());
        for (int i = 0; i < 12; i++) {
            as(caller).get("/v1/consumer");
        }
        awaitRequests("", 12)
                .then()
                .body("data[0].limited", is(9))
                .body("data[0].limited_share", is(0.75f))
                .body("data[0].lowest_limit_left", is(0))
                .body("limits.burst.requests", is(3))
                .body("quota_use.used", is(3));
    }

    @Test
    void pagesByDayWithoutGapOrRepeat() {
        for (int day = 1; day <= 7; day++) {
            use(today().minusDays(day), day);
        }
        use(today().minusDays(30), 1_000);
        List<String> days = new ArrayList<>();
        @Nullable String after = null;
        do {
            Response page = usage("limit=3" + (after == null ? "" : "&after=" + after));
            days.addAll(page.jsonPath().getList("data.day", String.class));
            after = page.jsonPath().getString("next");
        } while (after != null);
        assertThat(days)
                .containsExactlyElementsOf(java.util.stream.IntStream.rangeClosed(1, 7)
                        .mapToObj(day -> today().minusDays(day).toString())
                        .toList());
        usage("from=" + today().minusDays(5) + "&to=" + today().minusDays(4))
                .then()
                .body("data.requests", is(List.of(4, 5)));
        usage("from=" + today().minusDays(40) + "&to=" + today().minusDays(20))
                .then()
                .body("data.requests", is(List.of(1_000)));
    }

    @Test
    void refusesACursorOfAnotherConsumerOrPeriod() {
        use(today().minusDays(1), 1);
        use(today().minusDays(2), 1);
        String next = usage("limit=1").jsonPath().getString("next");
        assertThat(next).isNotNull();
        assertRefused(
                as(admin).get(path(caller) + "?limit=1&from=" + today().minusDays(9) + "&after=" + next),
                400,
                "bad_value");
        assertRefused(as(admin).get(path(admin) + "?limit=1&after=" + next), 400, "bad_value");
    }

    @ParameterizedTest
    @CsvSource({
        "from, yesterday, from",
        "to, 2026-11-22T00:00:00Z, to",
        "from, 2099-01-01, from",
        "from, 2020-01-01, from",
        "key_id, consumer_01h455vb4pex5vsknk084sn02q, key_id",
        "limit, 101, limit",
    })
    void refusesWhatItCannotRead(String name, String value, String blamed) {
        assertRefused(as(admin).queryParam(name, value).get(path(caller)), 400, "bad_value")
                .body("reasons[0].parameter", is(blamed));
    }

    @Test
    void takesAKeyAndItsScopeAndHidesAnotherAcademysConsumer() {
        assertKeyMissing(nobody().get(path(caller)));
        assertScopeMissing(as(caller).get(path(caller)), "consumers:read");
        TestConsumer stranger = Academy.open().consumer("consumers:read");
        assertRefused(as(stranger).get(path(caller)), 404, "not_found");
        assertRefused(as(admin).get("/v1/consumers/consumer_01h455vb4pex5vsknk084sn02q/usage"), 404, "not_found");
        // The caller's own refusals are use as well, and counted at any moment.
        TestConsumer silent = academy.consumer("members:read");
        as(admin).get(path(silent)).then().statusCode(200).body("data", empty());
    }

    private void use(LocalDate day, int requests) {
        Academy.execute("""
                insert into api_usage (tenant_id, consumer_id, day, key_id, operation, status_class, requests, limited,
                    latency_us_sum, latency_us_max, bytes_in, bytes_out)
                values (?, ?, ?, ?, 'readMember', 2, ?, 0, 1000, 1000, 0, 0)""", academy.id(), caller.id(), day, caller.keyId(), requests);
    }

    /** What was answered is in the log, and counted once no older transaction runs. */
    private Response awaitRequests(String query, int requests) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Response answer;
        do {
            counting.count();
            answer = usage(query);
        } while (answer.jsonPath().getList("data.requests", Integer.class).stream()
                                .mapToInt(Integer::intValue)
                                .sum()
                        < requests
                && System.nanoTime() < deadline);
        answer.then().body("data.requests", is(List.of(requests)));
        return answer;
    }

    private Response usage(String query) {
        Response answer = as(admin).get(path(caller) + (query.isEmpty() ? "" : "?" + query));
        answer.then().statusCode(200);
        return answer;
    }

    private static String path(TestConsumer consumer) {
        return "/v1/consumers/" + consumer.publicId() + "/usage";
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }
}
