package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keys are for servers: one that a web page sends is noted. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class KeyOriginTest {

    private static final String PAGE = "https://widgets.example.com";

    @Inject
    NoteOrigin origins;

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer("consumers:read", "consumers:write", "members:read");
    private final TestConsumer app = academy.consumer("members:read");

    @Test
    void showsThatAPageSendsAKey() throws Exception {
        Instant before = Instant.now();
        assertThat(call(app, PAGE + ":8443", "/v1/members").statusCode()).isEqualTo(200);
        origins.flush();

        keys().then().body("data[0].origin_seen.host", is("widgets.example.com"));
        assertThat(Instant.parse(keys().path("data[0].origin_seen.first_seen_at")))
                .isBetween(before.truncatedTo(ChronoUnit.MICROS), Instant.now());
        assertThat(keys().<String>path("data[0].origin_seen.last_seen_at"))
                .isEqualTo(keys().path("data[0].origin_seen.first_seen_at"));
        Calls.as(app).get("/v1/consumer").then().body("key.origin_seen.host", is("widgets.example.com"));
    }

    @Test
    void saysNothingOfAServersKey() throws Exception {
        Calls.as(app).get("/v1/members");
        origins.flush();

        keys().then().body("data[0].origin_seen", nullValue());
        assertThat(hosts()).isEmpty();
    }

    @Test
    void notesAlsoCallsThatAreRefused() throws Exception {
        assertThat(call(app, PAGE, "/v1/consumers").statusCode()).isEqualTo(403);
        TestConsumer elsewhere = academy.consumer("members:read");
        Academy.execute("update api_keys set networks = '{203.0.113.0/24}' where id = ?", elsewhere.keyId());
        assertThat(call(elsewhere, "https://elsewhere.example.com", "/v1/members")
                        .<String>path("code"))
                .isEqualTo("network_not_allowed");
        origins.flush();

        assertThat(hosts()).containsExactlyInAnyOrder("widgets.example.com", "elsewhere.example.com");
    }

    @Test
    void notesAPageThatNamesNoHost() throws Exception {
        call(app, "null", "/v1/members");
        origins.flush();

        keys().then().body("data[0].origin_seen.host", nullValue());
        assertThat(keys().<String>path("data[0].origin_seen.last_seen_at")).isNotBlank();
    }

    @Test
    void notesNoKeyThatNoLongerWorks() throws Exception {
        Academy.execute("update api_keys set revoked_at = now() where id = ?", app.keyId());

        assertThat(call(app, PAGE, "/v1/members").statusCode()).isEqualTo(401);
        origins.flush();

        assertThat(hosts()).isEmpty();
    }

    @Test
    void keepsTheFirstAndTheLastInOneRowWhateverTheOrder() throws Exception {
        call(app, PAGE, "/v1/members");
        origins.flush();
        Academy.execute("""
                update api_key_origins
                set first_seen_at = first_seen_at - interval '2 days', last_seen_at = last_seen_at - interval '1 day'
                where key_id = ?""", app.keyId());
        Object first = time("first_seen_at");

        call(app, "https://later.example.com", "/v1/members");
        origins.flush();
        assertThat(hosts()).containsExactly("later.example.com");
        assertThat(time("first_seen_at")).isEqualTo(first);

        // Another node was later still, and brought it sooner.
        Academy.execute(
                "update api_key_origins set last_seen_at = now() + interval '1 hour' where key_id = ?", app.keyId());
        Object last = time("last_seen_at");
        Awaitility.await("a call a second later, which is noted")
                .atMost(Duration.ofSeconds(10))
                .until(() -> {
                    call(app, PAGE, "/v1/members");
                    return origins.waiting() == 1;
                });
        origins.flush();
        assertThat(hosts()).containsExactly("later.example.com");
        assertThat(time("last_seen_at")).isEqualTo(last);
    }

    @Test
    void writesOnceForAllThatWaits() throws Exception {
        for (int i = 0; i < 20; i++) {
            call(app, "https://p" + i + ".example.com", "/v1/members");
        }
        assertThat(origins.waiting()).isLessThanOrEqualTo(1);
        origins.flush();

        assertThat(hosts()).hasSize(1);
        assertThat(origins.waiting()).isZero();
    }

    @Test
    void keepsThoseOfOneAcademyFromAnother() throws Exception {
        Academy other = Academy.open();
        TestConsumer theirs = other.consumer("members:read");
        call(theirs, "https://theirs.example.com", "/v1/members");
        call(app, PAGE, "/v1/members");
        origins.flush();

        assertThat(hosts()).containsExactly("widgets.example.com");
        assertThat(keys().asString()).doesNotContain("theirs.example.com");
    }

    @Test
    void isWrittenByItselfWithinTenSeconds() {
        call(app, PAGE, "/v1/members");

        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(hosts()).containsExactly("widgets.example.com"));
    }

    private Response keys() {
        return Calls.as(admin).get("/v1/consumers/{id}/keys", app.publicId());
    }

    private static Response call(TestConsumer consumer, String origin, String path) {
        return Calls.as(consumer).header("Origin", origin).get(path);
    }

    private List<@Nullable Object> hosts() {
        return Academy.query("select host from api_key_origins where tenant_id = ?", academy.id());
    }

    private @Nullable Object time(String column) {
        return Academy.query("select " + column + "::text from api_key_origins where key_id = ?", app.keyId())
                .getFirst();
    }
}
