package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.consumers.Environment;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where and when a key was last used. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(BehindProxy.class)
class KeyUseTest {

    @Inject
    NoteKeyUse uses;

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer("consumers:read", "consumers:write", "members:read");
    private final TestConsumer app = academy.consumer("members:read");

    @Test
    void showsTheLastCallThatWasLetIn() throws Exception {
        keys().then().body("data[0].last_used", nullValue());
        Instant before = Instant.now();

        call(app.key(), "192.0.2.7", "member-app/4.2", "/v1/members");
        uses.flush();

        keys().then()
                .body("data[0].last_used.address", is("192.0.2.7"))
                .body("data[0].last_used.operation", is("listMembers"))
                .body("data[0].last_used.agent", is("member-app/4.2"));
        assertThat(Instant.parse(keys().path("data[0].last_used.at")))
                .isBetween(before.truncatedTo(ChronoUnit.MICROS), Instant.now());
    }

    @Test
    void takesNoRefusalForAUse() throws Exception {
        call(app.key(), "192.0.2.7", "x", "/v1/consumers");
        call(app.key(), "192.0.2.7", "x", "/v1/nothing");
        uses.flush();

        keys().then().body("data[0].last_used", nullValue());
    }

    @Test
    void tellsDuringARotationWhoStillUsesTheOldKey() throws Exception {
        Response rotation = BehindProxy.from("192.0.2.1")
                .header("Authorization", admin.bearer())
                .contentType("application/json")
                .body("{\"overlap\": \"PT1H\"}")
                .post("/v1/consumers/{id}/keys/{key}/rotation", app.publicId(), app.publicKeyId());
        call(rotation.path("key"), "192.0.2.8", "new", "/v1/members");
        call(app.key(), "192.0.2.9", "left behind", "/v1/members");
        uses.flush();

        keys().then()
                .body("data[0].status", is("expiring"))
                .body("data[0].last_used.address", is("192.0.2.9"))
                .body("data[0].last_used.agent", is("left behind"))
                .body("data[1].last_used.agent", is("new"));
        assertThat(Instant.parse(keys().path("data[0].last_used.at")))
                .isAfter(Instant.parse(keys().path("data[1].first_used_at")).minus(1, ChronoUnit.SECONDS));
    }

    @Test
    void isNotDoneByEachCall() throws Exception {
        // The program's own turn, once a minute, may come in one of them.
        TestConsumer used = Rounds.firstGood(() -> {
            TestConsumer fresh = academy.issue(app.id(), Environment.LIVE, null, null);
            for (int i = 0; i < 5; i++) {
                call(fresh.key(), "192.0.2.7", "x", "/v1/members");
            }
            assertThat(row(fresh.keyId())).isNull();
            return fresh;
        });

        uses.flush();
        Object written = row(used.keyId());
        uses.flush();

        assertThat(written).isNotNull().isEqualTo(row(used.keyId()));
    }

    @Test
    void overwritesNoLaterUse() throws SQLException {
        Academy.execute("""
                insert into api_key_use (tenant_id, key_id, last_used_at, address, operation)
                values (?, ?, now() + interval '1 hour', '198.51.100.1', 'another node')""", academy.id(), app.keyId());

        call(app.key(), "192.0.2.7", "x", "/v1/members");
        uses.flush();

        assertThat(Academy.query("select operation from api_key_use where key_id = ?", app.keyId()))
                .containsExactly("another node");
    }

    @Test
    void keepsAKeyThatStraysIntoTheAgentOut() throws Exception {
        call(app.key(), "192.0.2.7", "curl " + app.key(), "/v1/members");
        uses.flush();

        assertThat(Academy.query("select agent from api_key_use where key_id = ?", app.keyId()))
                .containsExactly("curl spine_live_[redacted]");
    }

    @Test
    void keepsUsesOfOneAcademyFromAnother() throws Exception {
        Academy other = Academy.open();
        TestConsumer theirs = other.consumer("members:read");
        call(theirs.key(), "192.0.2.10", "theirs", "/v1/members");
        call(app.key(), "192.0.2.11", "ours", "/v1/members");
        uses.flush();

        assertThat(Academy.query("select agent from api_key_use where tenant_id = ?", academy.id()))
                .containsExactly("ours");
        assertThat(keys().asString()).doesNotContain("theirs", "192.0.2.10");
    }

    @Test
    void letsAKeyWorkFromItsNetworksOnly() {
        String key = BehindProxy.from("192.0.2.1")
                .header("Authorization", admin.bearer())
                .contentType("application/json")
                .body("{\"networks\": [\"203.0.113.0/24\", \"2001:db8:1::/48\", \"198.51.100.7\"]}")
                .post("/v1/consumers/{id}/keys", app.publicId())
                .path("key");

        for (String inside : new String[] {"203.0.113.9", "2001:db8:1:ffff::1", "198.51.100.7", "::ffff:203.0.113.1"}) {
            assertThat(call(key, inside, "x", "/v1/members").statusCode())
                    .as(inside)
                    .isEqualTo(200);
        }
        for (String outside : new String[] {"203.0.114.1", "2001:db8:2::1", "198.51.100.8", "::1"}) {
            Response refused = call(key, outside, "x", "/v1/members");
            assertThat(refused.statusCode()).as(outside).isEqualTo(403);
            assertThat(refused.<String>path("code")).isEqualTo("network_not_allowed");
            assertThat(refused.header("RateLimit")).isNotNull();
            LoggedRequest row = LoggedRequest.of(refused);
            assertThat(row.tenantId()).isEqualTo(academy.id());
            assertThat(row.code()).isEqualTo("network_not_allowed");
        }
        assertThat(call(key, "203.0.114.1", "x", "/v1/nothing").<String>path("code"))
                .isEqualTo("network_not_allowed");
    }

    @Test
    void startsNoClockFromOutsideTheNetworks() {
        TestConsumer limited = academy.issue(app.id(), Environment.LIVE, null, null);
        Academy.execute("update api_keys set networks = '{203.0.113.0/24}' where id = ?", limited.keyId());
        Response rotation = BehindProxy.from("192.0.2.1")
                .header("Authorization", admin.bearer())
                .contentType("application/json")
                .body("{}")
                .post("/v1/consumers/{id}/keys/{key}/rotation", app.publicId(), limited.publicKeyId());

        assertThat(call(rotation.path("key"), "192.0.2.1", "x", "/v1/members").statusCode())
                .isEqualTo(403);
        assertThat(Academy.query("select first_used_at from api_keys where replaces = ?", limited.keyId()))
                .containsExactly((Object) null);
        assertThat(call(rotation.path("key"), "203.0.113.1", "x", "/v1/members").statusCode())
                .isEqualTo(200);
        assertThat(Academy.query("select first_used_at is null from api_keys where replaces = ?", limited.keyId()))
                .containsExactly(false);
    }

    @Test
    void isWrittenByItselfWithinAMinute() {
        call(app.key(), "192.0.2.7", "x", "/v1/members");

        Awaitility.await().atMost(Duration.ofSeconds(150)).until(() -> row(app.keyId()) != null);
    }

    private Response keys() {
        return BehindProxy.from("192.0.2.1")
                .header("Authorization", admin.bearer())
                .get("/v1/consumers/{id}/keys", app.publicId());
    }

    private static Response call(String key, String address, String agent, String path) {
        return BehindProxy.from(address)
                .header("Authorization", "Bearer " + key)
                .header("User-Agent", agent)
                .get(path);
    }

    private static @Nullable Object row(UUID keyId) {
        return Academy.query("select last_used_at::text from api_key_use where key_id = ?", keyId).stream()
                .findFirst()
                .orElse(null);
    }
}
