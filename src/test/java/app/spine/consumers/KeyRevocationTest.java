package app.spine.consumers;

import static app.spine.consumers.KeyApi.call;
import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.WithinASecond;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code DELETE /v1/consumers/{id}/keys/{key}}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class KeyRevocationTest {

    private final Academy academy = Academy.open();
    private final KeyApi api = new KeyApi(academy);
    private final TestConsumer app = academy.consumer("members:read", "payments:write");

    @Test
    void endsAKeyWithinASecondAndNoOther() {
        TestConsumer spare = academy.issue(app.id(), Environment.LIVE, null, null);
        call(app.key()).then().statusCode(200);

        api.revoke(app.publicId(), app.publicKeyId())
                .then()
                .statusCode(200)
                .body("id", is(app.publicKeyId()))
                .body("status", is("revoked"))
                .body("revoked_at", notNullValue());

        WithinASecond.shows(() -> call(app.key()).statusCode() == 401);
        assertRefused(call(app.key()), 401, "key_revoked");
        call(spare.key()).then().statusCode(200);
    }

    @Test
    void changesNothingTheSecondTime() {
        Response first = api.revoke(app.publicId(), app.publicKeyId());
        Response second = api.revoke(app.publicId(), app.publicKeyId());

        second.then().statusCode(200).body("revoked_at", is(first.<String>path("revoked_at")));
        assertThat(api.audited()).containsExactly("consumer.key_revoked");
        assertThat(Academy.query("""
                        select concat_ws(' ', actor_id, entity_id, v.before::jsonb ->> 'status', v.after::jsonb ->> 'status',
                            v.after::jsonb ->> 'id')
                        from audit_log l join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                        where l.tenant_id = ?""", academy.id()))
                .containsExactly(String.join(
                        " ", api.admin().publicId(), app.publicId(), "active", "revoked", app.publicKeyId()));
    }

    @Test
    void findsNoKeyOfAnotherConsumerOrAcademyOrNone() {
        TestConsumer neighbour = academy.consumer();
        TestConsumer theirs = Academy.open().consumer();
        String nowhere =
                withoutRequestId(api.revoke(app.publicId(), TypeId.format("key", UuidV7.create(Clock.systemUTC()))));

        assertThat(nowhere).contains("\"not_found\"");
        for (String key : List.of(neighbour.publicKeyId(), theirs.publicKeyId(), "x", app.publicId())) {
            assertThat(withoutRequestId(api.revoke(app.publicId(), key)))
                    .as(key)
                    .isEqualTo(nowhere);
        }
        assertThat(withoutRequestId(api.revoke(theirs.publicId(), theirs.publicKeyId())))
                .isEqualTo(nowhere);
        assertThat(withoutRequestId(api.revoke("x", app.publicKeyId()))).isEqualTo(nowhere);
        assertThat(Academy.query(
                        "select id from api_keys where id in (?, ?) and revoked_at is not null",
                        neighbour.keyId(),
                        theirs.keyId()))
                .isEmpty();
    }

    @Test
    void takesAKeyAndItsScope() {
        Calls.assertKeyMissing(
                Calls.nobody().delete("/v1/consumers/{id}/keys/{key}", app.publicId(), app.publicKeyId()));
        Calls.assertScopeMissing(
                Calls.as(academy.consumer("consumers:read"))
                        .delete("/v1/consumers/{id}/keys/{key}", app.publicId(), app.publicKeyId()),
                "consumers:write");
    }
}
