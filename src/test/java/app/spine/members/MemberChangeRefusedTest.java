package app.spine.members;

import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that {@code PATCH /v1/members/{id}} refuses. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MemberChangeRefusedTest {

    private final Academy academy = Academy.open();
    private final MemberApi api = MemberApi.ofEverything(academy);
    private String id = "";
    private String etag = "";

    @BeforeEach
    void addAnna() {
        id = api.added("""
                {"legal_name": "Anna Smith", "preferred_name": "Annie", "date_of_birth": "1990-05-31", "status": "active",
                 "contacts": [{"type": "email", "value": "Anna@Example.com"},
                              {"type": "phone", "value": "0491 570 156"}]}""");
        etag = api.etag(id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'legal_name': null}|422|invalid|/legal_name",
                "{'legal_name': ' '}|422|invalid|/legal_name",
                "{'legal_name': '\\u2003'}|422|invalid|/legal_name",
                "{'preferred_name': ''}|422|invalid|/preferred_name",
                "{'preferred_name': ' '}|422|invalid|/preferred_name",
                "{'status': null}|422|invalid|/status",
                "{'date_of_birth': '2999-01-01'}|422|invalid|/date_of_birth",
                "{'contacts': [null]}|422|invalid|/contacts/0",
                "{'contacts': [{'type': 'email', 'value': 'x'}]}|422|invalid|/contacts/0/value",
                "{'contacts': [{'type': 'email', 'value': 'a@b.cc'}, {'type': 'email', 'value': 'A@b.cc'}]}|422|invalid|/contacts/1/value",
                "{'nickname': 'A'}|400|unknown_member|/nickname",
                "{'id': 'member_01h455vb4pex5vsknk084sn02q'}|400|unknown_member|/id",
                "{'nickname': null}|400|unknown_member|/nickname",
                "{'contacts': [{'type': 'email', 'value': 'a@b.cc', 'x': 1}]}|400|unknown_member|/contacts/0/x",
                "{'legal_name': 5}|400|wrong_type|/legal_name",
                "{'legal_name': {'a': 'b'}}|400|wrong_type|/legal_name",
                "{'contacts': {'0': {}}}|400|wrong_type|/contacts",
                "{'date_of_birth': 5}|400|wrong_type|/date_of_birth",
                "{'date_of_birth': ''}|400|bad_value|/date_of_birth",
                "{'date_of_birth': '31/05/1990'}|400|bad_value|/date_of_birth",
                "{'status': 'gone'}|400|bad_value|/status",
                "{'legal_name': 'A\\u0000'}|400|bad_value|/legal_name",
                "{'legal_name': 'A\\ud83e'}|400|bad_value|/legal_name",
                "{'legal_name': 'A', 'legal_name': 'B'}|400|malformed_json|",
                "{'legal_name': 'A'} x|400|malformed_json|",
                "[]|400|wrong_type|",
                "'A'|400|wrong_type|",
                "null|400|wrong_type|",
                "{|400|malformed_json|",
            })
    void isWhatABodyMayNotHold(
            String patch, int status, String code, @org.jspecify.annotations.Nullable String pointer) {
        assertRefused(change(patch.replace('\'', '"')), status, code)
                .body("reasons.pointer", is(List.of(pointer == null ? "" : pointer)));
        api.read(id).then().header("ETag", etag);
        assertThat(auditEvents()).containsExactly("member.created");
    }

    @Test
    void isAnEmptyBody() {
        assertRefused(change(""), 400, "malformed_json");
    }

    @Test
    void isDeepNesting() {
        String nested = "[".repeat(50_000) + "]".repeat(50_000);
        assertThat(Calls.status(
                        api.consumer(),
                        "PATCH",
                        "/v1/members/" + id,
                        "application/merge-patch+json",
                        "{\"contacts\": " + nested + "}"))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain"})
    void isAnotherMediaType(String type) {
        assertRefused(
                Calls.as(api.consumer())
                        .header("If-Match", etag)
                        .header("Content-Type", type)
                        .body("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .patch("/v1/members/{id}", id),
                415,
                "unsupported_media_type");
    }

    private Response change(String patch) {
        return api.change(id, patch);
    }

    private List<@org.jspecify.annotations.Nullable Object> auditEvents() {
        return Academy.query(
                "select event from audit_log where tenant_id = ? and entity_id = ? order by id", academy.id(), id);
    }
}
