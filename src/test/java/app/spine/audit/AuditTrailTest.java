package app.spine.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.events.DomainEvent;
import app.spine.events.Subject;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class AuditTrailTest {

    private final Academy academy = Academy.open();
    private final Academy.TestConsumer consumer =
            academy.consumer("members:read", "members:write", "consumers:write", "members.minor:read");

    @Inject
    Event<DomainEvent> events;

    @Test
    void recordsACreationOnce() throws Exception {
        Response answer = post("/v1/members", "{\"legal_name\": \"Ada\"}");
        String id = answer.path("id");
        Entry entry = only();
        assertThat(entry.values).containsEntry("event", "member.created");
        assertSaysWhoAndWhat(entry, answer, "member", id, "members");
        assertThat(entry.values.get("before")).isNull();
        assertThat(entry.values.get("before_hash")).isNull();
        assertThat(entry.values.get("after")).contains("\"Ada\"").contains(id);
        assertHashed(entry, "after");
    }

    @Test
    void recordsAChangeWithTheValuesBeforeAndAfter() throws Exception {
        Response added = post("/v1/members", "{\"legal_name\": \"Ada\"}");
        String id = added.path("id");
        Response changed = given().header("Authorization", consumer.bearer())
                .header("If-Match", added.header("ETag"))
                .contentType("application/merge-patch+json")
                .body("{\"legal_name\": \"Grace\"}")
                .patch("/v1/members/" + id);
        assertThat(changed.statusCode()).isEqualTo(200);
        List<Entry> entries = entries();
        assertThat(entries).hasSize(2);
        Entry entry = entries.getLast();
        assertThat(entry.values).containsEntry("event", "member.updated");
        assertSaysWhoAndWhat(entry, changed, "member", id, "members");
        assertThat(entry.values.get("before")).contains("\"Ada\"").doesNotContain("Grace");
        assertThat(entry.values.get("after")).contains("\"Grace\"").doesNotContain("Ada");
        assertHashed(entry, "before");
        assertHashed(entry, "after");
        assertThat(entry.values.get("salt"))
                .isNotEqualTo(entries.getFirst().values.get("salt"));
    }

    @Test
    void recordsAnIssuedKeyWithoutTheKey() throws Exception {
        Response created = post(
                "/v1/consumers",
                "{\"name\": \"App\", \"owner_name\": \"O\", \"owner_email\": \"o@example.com\","
                        + " \"environment\": \"live\", \"scopes\": []}");
        Response issued = post("/v1/consumers/" + created.path("id") + "/keys", "{}");
        List<Entry> entries = entries();
        assertThat(entries).hasSize(2);
        assertThat(entries.getFirst().values).containsEntry("event", "consumer.created");
        assertThat(entries.getLast().values).containsEntry("event", "consumer.key_issued");
        assertSaysWhoAndWhat(entries.getLast(), issued, "consumer", created.path("id"), "consumers");
        String key = issued.path("key");
        assertThat(entries.getLast().values.toString()).doesNotContain(key.substring(15, 40));
        assertHashed(entries.getLast(), "after");
    }

    @Test
    void recordsNoReadAndNoRefusal() throws Exception {
        given().header("Authorization", consumer.bearer())
                .get("/v1/members")
                .then()
                .statusCode(200);
        given().header("Authorization", consumer.bearer())
                .contentType("application/json")
                .body("{\"legal_name\": \"\"}")
                .post("/v1/members")
                .then()
                .statusCode(422);
        assertThat(entries()).isEmpty();
    }

    @Test
    void refusesAnEventOutsideATransaction() {
        assertThatThrownBy(() -> events.fire(new Happened())).hasStackTraceContaining("outside a transaction");
    }

    private void assertSaysWhoAndWhat(Entry entry, Response answer, String kind, String id, String workflow) {
        assertThat(entry.values)
                .containsEntry("actor_kind", "consumer")
                .containsEntry("actor_id", consumer.publicId())
                .containsEntry("actor_key_id", consumer.publicKeyId())
                .containsEntry("request_id", answer.header("Request-Id"))
                .containsEntry("entity_kind", kind)
                .containsEntry("entity_id", id)
                .containsEntry("source_workflow", workflow);
    }

    /** As an auditor would: SHA-256 of the salt, then of the value's bytes. */
    private static void assertHashed(Entry entry, String value) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(HexFormat.of().parseHex(String.valueOf(entry.values.get("salt"))));
        digest.update(String.valueOf(entry.values.get(value)).getBytes(StandardCharsets.UTF_8));
        assertThat(entry.values.get(value + "_hash")).isEqualTo(HexFormat.of().formatHex(digest.digest()));
    }

    private Response post(String path, String body) {
        Response answer = given().header("Authorization", consumer.bearer())
                .contentType("application/json")
                .body(body)
                .post(path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(201);
        return answer;
    }

    private Entry only() throws Exception {
        assertThat(entries()).hasSize(1);
        return entries().getFirst();
    }

    /** Every record of the academy with its values, oldest first; bytes in hexadecimal. */
    private List<Entry> entries() throws Exception {
        List<Entry> entries = new ArrayList<>();
        try (Connection owner = EmbeddedDatabaseResource.connectAsOwner();
                PreparedStatement statement = owner.prepareStatement("""
                        select event, actor_kind, actor_id, actor_key_id, entity_kind, entity_id, source_workflow,
                            request_id, encode(before_hash, 'hex') as before_hash,
                            encode(after_hash, 'hex') as after_hash, encode(salt, 'hex') as salt, before, after
                        from audit_log l join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                        where l.tenant_id = ? order by l.id""")) {
            statement.setObject(1, academy.id());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Map<String, @Nullable String> values = new HashMap<>();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        values.put(row.getMetaData().getColumnName(i), row.getString(i));
                    }
                    entries.add(new Entry(values));
                }
            }
        }
        return entries;
    }

    private record Entry(Map<String, @Nullable String> values) {}

    private record Happened() implements DomainEvent {

        @Override
        public String auditEvent() {
            return "test.happened";
        }

        @Override
        public Subject subject() {
            return new Subject("test", "test_1");
        }

        @Override
        public @Nullable Object before() {
            return null;
        }

        @Override
        public @Nullable Object after() {
            return null;
        }

        @Override
        public String sourceWorkflow() {
            return "test";
        }
    }
}
