package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import io.restassured.response.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys of one consumer over HTTP, as an admin's automation handles them. */
final class KeyApi {

    private final Academy academy;
    private final TestConsumer admin;

    KeyApi(Academy academy) {
        this.academy = academy;
        this.admin = academy.consumer("consumers:read", "consumers:write", "members:read", "keys:rotate");
    }

    TestConsumer admin() {
        return admin;
    }

    Response issue(TestConsumer consumer, String body) {
        return Calls.as(admin, body).post("/v1/consumers/{id}/keys", consumer.publicId());
    }

    Response rotate(String consumer, String key, String body) {
        return Calls.as(admin, body).post("/v1/consumers/{id}/keys/{key}/rotation", consumer, key);
    }

    Response rotate(TestConsumer consumer, String body) {
        return rotate(consumer.publicId(), consumer.publicKeyId(), body);
    }

    /** A rotation that works; its answer. */
    Response rotated(TestConsumer consumer, String body) {
        Response answer = rotate(consumer, body);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(201);
        return answer;
    }

    Response revoke(String consumer, String key) {
        return Calls.as(admin).delete("/v1/consumers/{id}/keys/{key}", consumer, key);
    }

    /** A key as the list shows it. */
    Map<String, @Nullable Object> view(TestConsumer consumer, String key) {
        List<Map<String, @Nullable Object>> views = Calls.as(admin)
                .get("/v1/consumers/{id}/keys", consumer.publicId())
                .jsonPath()
                .getList("data");
        return views.stream()
                .filter(view -> key.equals(view.get("id")))
                .findFirst()
                .orElseThrow();
    }

    Instant expiresAt(TestConsumer consumer, String key) {
        return Instant.parse(String.valueOf(view(consumer, key).get("expires_at")));
    }

    /** The names of the audit records, oldest first. */
    List<@Nullable Object> audited() {
        return Academy.query("select event from audit_log where tenant_id = ? order by id", academy.id());
    }

    /** A call that takes nothing but a key. */
    static Response call(String key) {
        return call(key, "/v1/consumer");
    }

    static Response call(String key, String path) {
        return Calls.nobody().header("Authorization", "Bearer " + key).get(path);
    }
}
