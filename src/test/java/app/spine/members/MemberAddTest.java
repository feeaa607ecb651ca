package app.spine.members;

import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /v1/members}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MemberAddTest {

    private final Academy academy = Academy.open();
    private final MemberApi api = MemberApi.ofEverything(academy);

    @Nested
    class Success {

        @Test
        void answersTheNewRecordWithItsPlaceAndTag() {
            Response answer = api.add("""
                    {"legal_name": " Anna Smith ", "preferred_name": "Annie", "date_of_birth": "1990-05-31",
                     "status": "active", "contacts": [{"type": "email", "value": " Anna@Example.COM"},
                                                      {"type": "phone", "value": "0491 570 156"}]}""");

            String id = answer.then()
                    .statusCode(201)
                    .contentType("application/json")
                    .header("Cache-Control", "no-store")
                    .body("legal_name", is("Anna Smith"))
                    .body("preferred_name", is("Annie"))
                    .body("date_of_birth", is("1990-05-31"))
                    .body("status", is("active"))
                    .body("contacts.type", contains("email", "phone"))
                    .body("contacts.value", contains(" Anna@Example.COM", "0491 570 156"))
                    .body("contacts.normalised", contains("anna@example.com", "+61491570156"))
                    .extract()
                    .path("id");
            assertThat(id).matches("member_[0-9a-hjkmnp-tv-z]{26}");
            assertThat(answer.header("Location")).endsWith("/v1/members/" + id);
            Response read = api.read(id);
            assertThat(read.jsonPath().getMap("$")).isEqualTo(answer.jsonPath().getMap("$"));
            assertThat(answer.header("ETag")).startsWith("\"").isEqualTo(read.header("ETag"));
        }

        @Test
        void takesANameAlone() {
            api.add("{\"legal_name\": \"Anna\"}")
                    .then()
                    .statusCode(201)
                    .body("status", is("trial"))
                    .body("preferred_name", nullValue())
                    .body("date_of_birth", nullValue())
                    .body("contacts", empty());
        }

        @Test
        void hidesContactsFromWhoMayNotReadThem() {
            Response answer = MemberApi.of(academy, "members:write").add(withContacts(email("anna@example.com")));

            answer.then().statusCode(201);
            assertThat(answer.jsonPath().getMap("$")).containsKey("legal_name").doesNotContainKey("contacts");
            api.read(answer.path("id")).then().body("contacts.value", contains("anna@example.com"));
        }

        @Test
        void takesTheSameAddressForSeveralMembers() {
            String parent = api.added(withContacts(email("family@example.com")));
            String child = api.added(withContacts(email("Family@Example.com")));

            assertThat(child).isNotEqualTo(parent);
        }

        @Test
        void takesTheBounds() {
            String contacts = IntStream.range(0, 10)
                    .mapToObj(i -> email("a" + i + "@example.com"))
                    .collect(Collectors.joining(","));
            api.add("""
                    {"legal_name": "%s", "preferred_name": "x", "contacts": [%s]}""".formatted("\uD83E\uDD4B".repeat(100), contacts))
                    .then()
                    .statusCode(201)
                    .body("legal_name", is("\uD83E\uDD4B".repeat(100)))
                    .body("contacts.size()", is(10));
            api.add("{\"legal_name\": \"" + "x".repeat(200) + "\"}").then().statusCode(201);
        }

        @Test
        void writesOneAuditRecordWithTheActorAndTheValuesApart() {
            String id = api.added(withContacts(email("anna@example.com")));

            assertThat(Academy.query(
                            "select concat_ws(' ', event, actor_kind, actor_id, actor_key_id, entity_kind) from audit_log"
                                    + " where tenant_id = ? and entity_id = ? and before_hash is null"
                                    + " and after_hash is not null",
                            academy.id(),
                            id))
                    .containsExactly("member.created consumer " + api.consumer().publicId() + " "
                            + api.consumer().publicKeyId() + " member");
            assertThat(Academy.query(
                            "select count(*) from audit_log where tenant_id = ? and audit_log::text like '%anna@%'",
                            academy.id()))
                    .containsExactly(0L);
        }
    }

    @Nested
    class Invalid {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{'legal_name': ''}|/legal_name",
                    "{'legal_name': '  '}|/legal_name",
                    "{'legal_name': '\\u2003\\u3000'}|/legal_name",
                    "{'legal_name': null}|/legal_name",
                    "{}|/legal_name",
                    "{'legal_name': 'Anna', 'preferred_name': ''}|/preferred_name",
                    "{'legal_name': 'Anna', 'preferred_name': ' '}|/preferred_name",
                    "{'legal_name': 'Anna', 'preferred_name': '\\u2003'}|/preferred_name",
                    "{'legal_name': 'Anna', 'date_of_birth': '2999-01-01'}|/date_of_birth",
                    "{'legal_name': 'Anna', 'date_of_birth': '1066-10-14'}|/date_of_birth",
                    "{'legal_name': 'Anna', 'status': 'erased'}|/status",
                    "{'legal_name': 'Anna', 'status': 'merged'}|/status",
                    "{'legal_name': 'Anna', 'contacts': [null]}|/contacts/0",
                    "{'legal_name': 'Anna', 'contacts': [{'type': 'email'}]}|/contacts/0/value",
                    "{'legal_name': 'Anna', 'contacts': [{'value': 'a@example.com'}]}|/contacts/0/type",
                    "{'legal_name': 'Anna', 'contacts': [{'type': 'email', 'value': 'anna'}]}|/contacts/0/value",
                    "{'legal_name': 'Anna', 'contacts': [{'type': 'email', 'value': 'a@b'}]}|/contacts/0/value",
                    "{'legal_name': 'Anna', 'contacts': [{'type': 'phone', 'value': '12'}]}|/contacts/0/value",
                    "{'legal_name': 'Anna', 'contacts': [{'type': 'phone', 'value': '0000 000 000'}]}|/contacts/0/value",
                })
        void isRefusedAndNamed(String body, String pointer) {
            assertRefused(api.add(body.replace('\'', '"')), 422, "invalid")
                    .body("reasons.pointer", is(List.of(pointer)));
        }

        @Test
        void tooMuchIsRefused() {
            assertRefused(api.add("{\"legal_name\": \"" + "x".repeat(201) + "\"}"), 422, "invalid")
                    .body("reasons.pointer", is(List.of("/legal_name")));
            assertRefused(
                            api.add(withContacts(IntStream.range(0, 11)
                                    .mapToObj(i -> email("a" + i + "@example.com"))
                                    .toArray(String[]::new))),
                            422,
                            "invalid")
                    .body("reasons.pointer", is(List.of("/contacts")));
            assertRefused(api.add(withContacts(email("a".repeat(250) + "@example.com"))), 422, "invalid");
        }

        @Test
        void theSameContactTwiceIsRefusedHoweverItIsWritten() {
            assertRefused(
                            api.add(withContacts(
                                    email("a@example.com"),
                                    phone("0491570156"),
                                    email("A@EXAMPLE.com "),
                                    phone("+61 491 570 156"))),
                            422,
                            "invalid")
                    .body("reasons.pointer", is(List.of("/contacts/2/value", "/contacts/3/value")));
        }

        @Test
        void everyReasonIsSaidAtOnce() {
            assertRefused(api.add("""
                            {"legal_name": " ", "preferred_name": "", "contacts": [
                              {"type": "email", "value": "anna"}, {"type": "phone", "value": ""}, null]}"""), 422, "invalid")
                    .body(
                            "reasons.pointer",
                            contains(
                                    "/contacts/0/value",
                                    "/contacts/1/value",
                                    "/contacts/2",
                                    "/legal_name",
                                    "/preferred_name"));
        }

        @Test
        void changesNothing() {
            api.add(withContacts(email("a@example.com"), email("a@example.com")));

            assertThat(Academy.query("select id from members where tenant_id = ?", academy.id()))
                    .isEmpty();
            assertThat(Academy.query("select id from audit_log where tenant_id = ?", academy.id()))
                    .isEmpty();
        }
    }

    @Nested
    class Callers {

        @Test
        void needAKey() {
            Calls.assertKeyMissing(Calls.nobody()
                    .contentType("application/json")
                    .body("{\"legal_name\": \"A\"}")
                    .post("/v1/members"));
        }

        @Test
        void needMembersWrite() {
            Calls.assertScopeMissing(
                    MemberApi.of(academy, "members:read", "members.contact:read", "members.minor:read")
                            .add("{\"legal_name\": \"A\"}"),
                    "members:write");
            assertThat(Academy.query("select id from members where tenant_id = ?", academy.id()))
                    .isEmpty();
        }
    }

    private static String withContacts(String... contacts) {
        return "{\"legal_name\": \"Anna\", \"date_of_birth\": \"1990-05-31\", \"contacts\": ["
                + String.join(",", contacts) + "]}";
    }

    private static String email(String value) {
        return "{\"type\": \"email\", \"value\": \"" + value + "\"}";
    }

    private static String phone(String value) {
        return "{\"type\": \"phone\", \"value\": \"" + value + "\"}";
    }
}
