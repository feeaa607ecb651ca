package app.spine.consumers;

import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
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
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /v1/consumers/{id}/keys}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ConsumerKeyListTest {

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer("consumers:read", "consumers:write", "members:read");
    private final TestConsumer app = academy.consumer("members:read");

    @Test
    void showsHintsAndStatusAndNeverAKey() {
        TestConsumer expired =
                academy.issue(app.id(), Environment.LIVE, null, Instant.now().minusSeconds(60));
        TestConsumer revoked = academy.issue(app.id(), Environment.LIVE, null, null);
        Academy.execute("update api_keys set revoked_at = now() where id = ?", revoked.keyId());

        Response answer = list(admin, app.publicId(), Map.of());

        answer.then()
                .statusCode(200)
                .body("data.id", contains(app.publicKeyId(), expired.publicKeyId(), revoked.publicKeyId()))
                .body("data.status", contains("active", "expired", "revoked"))
                .body(
                        "data[0].hint",
                        is(app.key().substring(11, 15) + "\u2026" + app.key().substring(43)))
                .body("next", nullValue());
        assertThat(answer.jsonPath().getMap("data[0]"))
                .containsOnlyKeys(
                        "id",
                        "status",
                        "hint",
                        "created_at",
                        "created_by",
                        "not_before",
                        "expires_at",
                        "revoked_at",
                        "networks",
                        "replaces",
                        "replaced_by",
                        "first_used_at",
                        "last_used",
                        "origin_seen",
                        "reminders");
        assertThat(answer.asString()).doesNotContain(app.key(), app.key().substring(11, 41), expired.key());
    }

    @Test
    void goesPageByPageThroughTheKeysOfOneConsumer() {
        String second = issue(admin, app.publicId(), "{}").path("id");
        String third = issue(admin, app.publicId(), "{}").path("id");

        Response first = list(admin, app.publicId(), Map.of("limit", 2));
        String next = first.path("next");

        first.then().body("data.id", contains(app.publicKeyId(), second));
        list(admin, app.publicId(), Map.of("limit", 2, "after", next))
                .then()
                .body("data.id", contains(third))
                .body("next", nullValue());
        // The cursor counts for this consumer's keys alone.
        assertRefused(list(admin, admin.publicId(), Map.of("after", next)), 400, "bad_value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "101", "abc"})
    void refusesALimitOutsideOneToAHundred(String limit) {
        assertRefused(list(admin, app.publicId(), Map.of("limit", limit)), 400, "bad_value");
    }

    @Test
    void isTheSameForAnotherAcademysConsumerAsForNone() {
        TestConsumer theirs = Academy.open().consumer("members:read");
        Response nowhere = list(admin, TypeId.format("consumer", UuidV7.create(Clock.systemUTC())), Map.of());

        assertRefused(nowhere, 404, "not_found");
        assertThat(withoutRequestId(list(admin, theirs.publicId(), Map.of()))).isEqualTo(withoutRequestId(nowhere));
    }

    @Test
    void takesAKeyAndItsScope() {
        Calls.assertKeyMissing(Calls.nobody().get("/v1/consumers/{id}/keys", app.publicId()));
        Calls.assertScopeMissing(list(academy.consumer("consumers:write"), app.publicId(), Map.of()), "consumers:read");
    }

    private Response list(TestConsumer caller, String consumer, Map<String, ?> parameters) {
        return Calls.as(caller).queryParams(parameters).get("/v1/consumers/{id}/keys", consumer);
    }

    private static Response issue(TestConsumer caller, String consumer, String body) {
        return Calls.as(caller, body).post("/v1/consumers/{id}/keys", consumer);
    }
}
