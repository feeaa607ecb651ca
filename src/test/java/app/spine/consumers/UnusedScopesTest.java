package app.spine.consumers;

import static app.spine.testsupport.Calls.as;
import static app.spine.testsupport.Calls.assertKeyMissing;
import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.assertScopeMissing;
import static app.spine.testsupport.Calls.nobody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class UnusedScopesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    CountUsage counting;

    @Inject
    OperationScopes operations;

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer("consumers:read", "consumers:write");
    private final TestConsumer caller = academy.consumer(
            "members:read", "members:write", "members.contact:read", "consumers:read", "requests:read", "keys:rotate");

    @BeforeEach
    void count() throws SQLException {
        counting.count();
    }

    @Test
    void listsWhatIsHeldForThirtyDaysAndNotUsed() {
        granted(40, "members:read", "members:write", "members.contact:read", "consumers:read", "requests:read");
        used("listMembers", 29);
        used("listConsumers", 31);
        list().then()
                .body("data.scope", is(List.of("members:write", "requests:read", "consumers:read")))
                .body("data[0].last_used_on", is((Object) null))
                .body("data[2].last_used_on", is(today().minusDays(31).toString()))
                .body("next", is((Object) null));
    }

    @Test
    void doesNotListWhatWasGrantedLately() {
        granted(29, "members:write");
        granted(31, "requests:read");
        assertThat(listed()).containsExactly("requests:read");
    }

    @Test
    void beginsAnewWhenAScopeIsGrantedAgain() {
        granted(40, "members:write", "requests:read");
        Academy.execute(
                "update api_consumers set scopes = array_remove(scopes, 'members:write') where id = ?", caller.id());
        assertThat(listed()).containsExactly("requests:read");
        Academy.execute("update api_consumers set scopes = scopes || 'members:write'::text where id = ?", caller.id());
        assertThat(listed()).containsExactly("requests:read");
    }

    @Test
    void takesTheLogForWhatIsUsed() throws SQLException {
        granted(40, "members:read", "requests:read");
        as(caller).get("/v1/members").then().statusCode(200);
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (listed().contains("members:read") && System.nanoTime() < deadline) {
            counting.count();
        }
        assertThat(listed()).containsExactly("requests:read");
    }

    @Test
    void doesNotListWhatNoOperationTakes() {
        Academy.execute("update api_consumers set scopes = scopes || 'refunds:write'::text where id = ?", caller.id());
        granted(400, "refunds:write");
        assertThat(operations.all()).doesNotContain("refunds:write");
        assertThat(listed()).isEmpty();
    }

    @Test
    void takesAwayWhatIsNamedAndRecordsIt() {
        granted(40, "members:write", "requests:read");
        remove("requests:read")
                .then()
                .statusCode(200)
                .body("id", is(caller.publicId()))
                .body(
                        "scopes",
                        is(List.of(
                                "members:read",
                                "members:write",
                                "members.contact:read",
                                "consumers:read",
                                "keys:rotate")));
        assertThat(listed()).containsExactly("members:write");
        assertThat(Academy.query(
                        "select entity_id from audit_log where tenant_id = ? and event = 'consumer.scopes_dropped'",
                        academy.id()))
                .containsExactly(caller.publicId());
        assertThat(Academy.query("select version from api_consumers where id = ?", caller.id()))
                .containsExactly(1L);

        // Once more changes nothing and records nothing.
        remove("requests:read").then().statusCode(200);
        assertThat(Academy.query("select version from api_consumers where id = ?", caller.id()))
                .containsExactly(1L);
        assertThat(Academy.query("select count(*) from audit_log where tenant_id = ?", academy.id()))
                .containsExactly(1L);
    }

    @Test
    void takesAllOrNone() {
        granted(40, "members:write", "requests:read");
        used("listRequests", 1);
        assertRefused(remove("members:write", "requests:read", "keys:rotate"), 422, "invalid")
                .body("reasons.pointer", is(List.of("/scopes/1", "/scopes/2")));
        assertThat(listed()).containsExactly("members:write");
        assertThat(Academy.query("select count(*) from audit_log where tenant_id = ?", academy.id()))
                .containsExactly(0L);
    }

    @Test
    void refusesWhileUseIsNotCounted() throws Exception {
        granted(40, "requests:read");
        try (Connection owner = EmbeddedDatabaseResource.connectAsOwner();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            // Keeps the program's own worker from counting meanwhile, unless that comes between the two.
            Awaitility.await().atMost(PATIENCE).until(() -> {
                statement.execute("update api_usage_mark set counted_until = now() - interval '25 hours'");
                owner.commit();
                try (ResultSet locked = statement.executeQuery("select id from api_usage_mark"
                        + " where counted_until < now() - interval '24 hours' for update")) {
                    return locked.next();
                }
            });
            assertRefused(remove("requests:read"), 409, "conflict");
            owner.rollback();
        }
        // While another counts, there is nothing for this one to do.
        Awaitility.await().atMost(PATIENCE).until(() -> {
            counting.count();
            return Academy.query("select counted_until > now() - interval '24 hours' from api_usage_mark")
                    .contains(true);
        });
        remove("requests:read").then().statusCode(200);
    }

    @Test
    void refusesWhatItCannotRead() {
        assertRefused(removal(caller, "{\"scopes\":[\"all\"]}"), 400, "bad_value");
        assertRefused(removal(caller, "{}"), 422, "invalid");
        assertRefused(removal(caller, "{\"scopes\":[null]}"), 422, "invalid");
    }

    @Test
    void takesAKeyAndItsScopeAndHidesAnotherAcademysConsumer() {
        assertKeyMissing(nobody().get(path(caller)));
        assertScopeMissing(as(academy.consumer()).get(path(caller)), "consumers:read");
        assertScopeMissing(as(caller, "{\"scopes\":[]}").put(path(caller) + "/removal"), "consumers:write");
        TestConsumer stranger = Academy.open().consumer("consumers:read", "consumers:write");
        assertRefused(as(stranger).get(path(caller)), 404, "not_found");
        assertRefused(as(stranger, "{\"scopes\":[]}").put(path(caller) + "/removal"), 404, "not_found");
    }

    private void granted(int daysAgo, String... scopes) {
        assertThat(Academy.execute(
                        "update api_scope_grants set granted_at = now() - make_interval(days => ?)"
                                + " where consumer_id = ? and scope = any(?)",
                        daysAgo,
                        caller.id(),
                        scopes))
                .isEqualTo(scopes.length);
    }

    private void used(String operation, int daysAgo) {
        Academy.execute("""
                insert into api_usage (tenant_id, consumer_id, day, key_id, operation, status_class, requests, limited,
                    latency_us_sum, latency_us_max, bytes_in, bytes_out)
                values (?, ?, ?, ?, ?, 2, 1, 0, 1000, 1000, 0, 0)""", academy.id(), caller.id(), today().minusDays(daysAgo), caller.keyId(), operation);
    }

    private Response list() {
        Response answer = as(admin).get(path(caller));
        answer.then().statusCode(200);
        return answer;
    }

    private List<String> listed() {
        return list().jsonPath().getList("data.scope", String.class);
    }

    private Response remove(String... scopes) {
        return removal(caller, "{\"scopes\":[\"" + String.join("\",\"", scopes) + "\"]}");
    }

    private Response removal(TestConsumer from, String body) {
        return as(admin, body).put(path(from) + "/removal");
    }

    private static String path(TestConsumer consumer) {
        return "/v1/consumers/" + consumer.publicId() + "/unused-scopes";
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }
}
