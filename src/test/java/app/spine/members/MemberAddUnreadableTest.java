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
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that {@code POST /v1/members} cannot read. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MemberAddUnreadableTest {

    private final Academy academy = Academy.open();
    private final MemberApi api = MemberApi.ofEverything(academy);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'legal_name': 'A', 'nickname': 'B'}|unknown_member|/nickname",
                "{'legal_name': 'A', 'id': 'member_01h455vb4pex5vsknk084sn02q'}|unknown_member|/id",
                "{'legal_name': 'A', 'tenant_id': 'x'}|unknown_member|/tenant_id",
                "{'legalName': 'A'}|unknown_member|/legalName",
                "{'legal_name': 'A', 'contacts': [{'type': 'email', 'value': 'a@b.c', 'x': 1}]}|unknown_member|/contacts/0/x",
                "{'legal_name': 5}|wrong_type|/legal_name",
                "{'legal_name': true}|wrong_type|/legal_name",
                "{'legal_name': ['A']}|wrong_type|/legal_name",
                "{'legal_name': {'a': 1}}|wrong_type|/legal_name",
                "{'legal_name': 'A', 'contacts': {}}|wrong_type|/contacts",
                "{'legal_name': 'A', 'contacts': 'a@example.com'}|wrong_type|/contacts",
                "{'legal_name': 'A', 'contacts': ['a@example.com']}|wrong_type|/contacts/0",
                "{'legal_name': 'A', 'date_of_birth': 7305}|wrong_type|/date_of_birth",
                "{'legal_name': 'A', 'date_of_birth': [1990, 5, 31]}|wrong_type|/date_of_birth",
                "{'legal_name': 'A', 'date_of_birth': ''}|bad_value|/date_of_birth",
                "{'legal_name': 'A', 'date_of_birth': '31/05/1990'}|bad_value|/date_of_birth",
                "{'legal_name': 'A', 'date_of_birth': '2023-02-29'}|bad_value|/date_of_birth",
                "{'legal_name': 'A', 'date_of_birth': '1990-05-31T00:00:00Z'}|bad_value|/date_of_birth",
                "{'legal_name': 'A', 'date_of_birth': '+999999999-12-31'}|bad_value|/date_of_birth",
                "{'legal_name': 'A', 'status': 'gone'}|bad_value|/status",
                "{'legal_name': 'A', 'status': ''}|bad_value|/status",
                "{'legal_name': 'A', 'status': 'ACTIVE'}|bad_value|/status",
                "{'legal_name': 'A', 'status': 1}|bad_value|/status",
                "{'legal_name': 'A\\u0000'}|bad_value|/legal_name",
                "{'legal_name': 'A\\ud83e'}|bad_value|/legal_name",
                "{'legal_name': '\\udd4bA'}|bad_value|/legal_name",
                "{'legal_name': 'A', 'contacts': [{'type': 'fax', 'value': '1'}]}|bad_value|/contacts/0/type",
                "{'legal_name': 'A', 'contacts': [{'type': 'email', 'value': 'a\\u0000@b.c'}]}|bad_value|/contacts/0/value",
            })
    void isRefusedAndNamed(String body, String code, String pointer) {
        Response answer = api.add(body.replace('\'', '"'));

        assertRefused(answer, 400, code).body("reasons.pointer", is(List.of(pointer)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "{",
                "{'legal_name': 'A'",
                "{'legal_name': 'A'} x",
                "{'legal_name': 'A'}{}",
                "{'legal_name': 'A', 'legal_name': 'B'}",
                "{'legal_name': 'A', 'contacts': [{'type': 'email', 'type': 'phone', 'value': '1'}]}",
                "{'legal_name': 'A',}",
                "{legal_name: 'A'}",
                "{'legal_name': 'A'} // x",
            })
    void isMalformedJson(String body) {
        assertRefused(api.add(body.replace('\'', '"')), 400, "malformed_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{'legal_name': 'A'}]", "'A'", "1", "true"})
    void isNoObject(String body) {
        assertThat(assertRefused(api.add(body.replace('\'', '"')), 400, "wrong_type")
                        .extract()
                        .<List<String>>path("reasons.pointer"))
                .containsExactly("");
    }

    @Test
    void isNestedTooDeeply() {
        for (int depth : new int[] {33, 10_000, 100_000}) {
            String nested = "[".repeat(depth) + "]".repeat(depth);
            for (String member : new String[] {"contacts", "x"}) {
                assertThat(status("{\"legal_name\": \"A\", \"" + member + "\": " + nested + "}"))
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void isNoUtf8() {
        byte[] latin = "{\"legal_name\": \"Jos\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertRefused(
                Calls.as(api.consumer())
                        .contentType("application/json")
                        .body(latin)
                        .post("/v1/members"),
                400,
                "malformed_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/merge-patch+json", "multipart/form-data"})
    void isNoJson(String type) {
        assertRefused(
                Calls.as(api.consumer())
                        .header("Content-Type", type)
                        .body("{\"legal_name\": \"A\"}".getBytes(StandardCharsets.UTF_8))
                        .post("/v1/members"),
                415,
                "unsupported_media_type");
    }

    @Test
    void isTooLarge() {
        // Refused unread, before it has an operation that could say more.
        assertThat(status("{\"legal_name\": \"" + "x".repeat(1_100_000) + "\"}"))
                .isEqualTo(413);
    }

    private int status(String body) {
        return Calls.status(api.consumer(), "POST", "/v1/members", "application/json", body);
    }
}
