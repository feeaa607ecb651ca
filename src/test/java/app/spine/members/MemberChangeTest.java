package app.spine.members;

import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PATCH /v1/members/{id}}; how changes at the same moment end has a test of its own. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MemberChangeTest {

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

    @Nested
    class Precondition {

        @Test
        void isRequired() {
            Response answer = Calls.as(api.consumer())
                    .contentType("application/merge-patch+json")
                    .body("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .patch("/v1/members/{id}", id);

            assertRefused(answer, 428, "if_match_required").body("reasons.header", is(List.of("If-Match")));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"x\"", "W/%s", "0-c", "\"99-c\"", "%s x"})
        void isStaleWhenItIsNotTheRecordsTag(String ifMatch) {
            assertRefused(api.change(id, ifMatch.replace("%s", etag), "{\"legal_name\": \"B\"}"), 412, "stale")
                    .body("reasons.header", is(List.of("If-Match")));
            api.read(id).then().header("ETag", etag).body("legal_name", is("Anna Smith"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"%s", "*", "\"x\", %s"})
        void holdsWithTheRecordsTagAmongThose(String ifMatch) {
            Response answer = api.change(id, ifMatch.replace("%s", etag), "{\"legal_name\": \"Berta\"}");

            answer.then().statusCode(200).body("legal_name", is("Berta"));
            assertThat(answer.header("ETag")).isNotEqualTo(etag).isEqualTo(api.etag(id));
            assertThat(answer.jsonPath().getMap("$"))
                    .isEqualTo(api.read(id).jsonPath().getMap("$"));
        }

        @Test
        void isStaleAfterOneChange() {
            api.change(id, etag, "{\"legal_name\": \"Berta\"}").then().statusCode(200);

            assertRefused(api.change(id, etag, "{\"legal_name\": \"Clara\"}"), 412, "stale");
            assertRefused(api.change(id, etag, "{}"), 412, "stale");
        }

        @Test
        void worksForWhoSeesNoContacts() {
            MemberApi writer = MemberApi.of(academy, "members:read", "members:write");

            Response answer = writer.change(id, writer.etag(id), "{\"legal_name\": \"Berta\"}");

            answer.then().statusCode(200).header("ETag", writer.etag(id));
            assertThat(answer.jsonPath().getMap("$")).doesNotContainKey("contacts");
            api.read(id).then().body("contacts.size()", is(2));
        }
    }

    @Nested
    class Patch {

        @Test
        void setsWhatItNamesAndKeepsTheRest() {
            change("{\"preferred_name\": \" Ann \"}")
                    .then()
                    .statusCode(200)
                    .body("preferred_name", is("Ann"))
                    .body("legal_name", is("Anna Smith"))
                    .body("date_of_birth", is("1990-05-31"))
                    .body("status", is("active"))
                    .body("contacts.value", contains("Anna@Example.com", "0491 570 156"));
        }

        @Test
        void removesWhatItSaysIsNull() {
            change("{\"preferred_name\": null, \"date_of_birth\": null, \"contacts\": null}")
                    .then()
                    .statusCode(200)
                    .body("preferred_name", nullValue())
                    .body("date_of_birth", nullValue())
                    .body("contacts", empty());
            api.read(id).then().body("preferred_name", nullValue()).body("contacts", empty());
        }

        @Test
        void replacesContactsAsAWhole() {
            change("""
                    {"contacts": [{"type": "phone", "value": "0491 570 156"}, {"type": "email", "value": "b@example.com"}]}""").then().statusCode(200).body("contacts.value", contains("0491 570 156", "b@example.com"));
            api.read(id).then().body("contacts.normalised", contains("+61491570156", "b@example.com"));
            change("{\"contacts\": []}").then().statusCode(200).body("contacts", empty());
            assertThat(Academy.query("select 1 from member_contacts where tenant_id = ?", academy.id()))
                    .isEmpty();
        }

        @Test
        void swapsContactsWithoutMeetingItself() {
            change("""
                    {"contacts": [{"type": "phone", "value": "0491 570 156"}, {"type": "email", "value": "anna@example.com"}]}""").then().statusCode(200).body("contacts.type", contains("phone", "email"));
        }

        @Test
        void isSearchableAtOnceByTheNewValuesAndNoLongerByTheOld() {
            change("""
                    {"legal_name": "Berta Jones", "contacts": [{"type": "email", "value": "berta@example.com"}]}""").then().statusCode(200);

            assertThat(api.found(Map.of("q", "berta jo"))).containsExactly(id);
            assertThat(api.found(Map.of("email", "berta@example.com"))).containsExactly(id);
            assertThat(api.found(Map.of("q", "annie"))).containsExactly(id);
            assertThat(api.found(Map.of("q", "smith"))).isEmpty();
            assertThat(api.found(Map.of("q", "0491570156"))).isEmpty();
            assertThat(api.found(Map.of("email", "anna@example.com"))).isEmpty();
            assertThat(api.found(Map.of("phone", "0491570156"))).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{'legal_name': 'Anna Smith'}",
                    "{'legal_name': ' Anna Smith '}",
                    "{'status': 'active', 'date_of_birth': '1990-05-31'}",
                    "{'contacts': [{'type': 'email', 'value': 'Anna@Example.com'}, {'type': 'phone', 'value': '0491 570 156'}]}",
                })
        void thatChangesNothingKeepsTheTagAndWritesNoAuditRecord(String patch) {
            change(patch.replace('\'', '"')).then().statusCode(200).header("ETag", etag);

            assertThat(api.etag(id)).isEqualTo(etag);
            assertThat(auditEvents()).containsExactly("member.created");
        }

        @Test
        void writesOneAuditRecordWithBothValues() {
            Response answer = change("{\"legal_name\": \"Berta\"}");

            assertThat(auditEvents()).containsExactly("member.created", "member.updated");
            assertThat(Academy.query("""
                            select concat_ws(' ', actor_id, actor_key_id, request_id,
                                             v.before::jsonb ->> 'legal_name', v.after::jsonb ->> 'legal_name')
                            from audit_log l join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                            where l.tenant_id = ? and l.event = 'member.updated'""", academy.id()))
                    .containsExactly(String.join(
                            " ",
                            api.consumer().publicId(),
                            api.consumer().publicKeyId(),
                            answer.header("Request-Id"),
                            "Anna Smith",
                            "Berta"));
        }
    }

    @Nested
    class Status {

        @ParameterizedTest
        @ValueSource(strings = {"paused", "lapsed", "paused lapsed", "lapsed archived active", "paused active paused"})
        void takesTheStepsThatFollowEachOther(String steps) {
            for (String step : steps.split(" ", -1)) {
                change("{\"status\": \"" + step + "\"}").then().statusCode(200).body("status", is(step));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"trial", "archived", "erased", "merged", "lapsed archived erased", "lapsed paused"})
        void refusesAStepThatCannotFollow(String steps) {
            String[] all = steps.split(" ", -1);
            for (int i = 0; i < all.length - 1; i++) {
                change("{\"status\": \"" + all[i] + "\"}").then().statusCode(200);
            }
            assertRefused(change("{\"status\": \"" + all[all.length - 1] + "\"}"), 409, "illegal_transition")
                    .body("reasons.pointer", is(List.of("/status")));
        }

        @ParameterizedTest
        @ValueSource(strings = {"erased", "merged"})
        void refusesEveryChangeOfWhoIsGone(String status) {
            Academy.execute("update members set status = ? where tenant_id = ?", status, academy.id());

            assertRefused(change("{\"status\": \"active\"}"), 409, "illegal_transition");
            assertRefused(change("{\"legal_name\": \"Berta\"}"), 409, "illegal_transition");
        }
    }

    @Nested
    class Callers {

        @Test
        void needAKey() {
            Calls.assertKeyMissing(Calls.nobody().patch("/v1/members/{id}", id));
        }

        @Test
        void needMembersWrite() {
            Calls.assertScopeMissing(
                    MemberApi.of(academy, "members:read", "members.contact:read")
                            .change(id, "{}"),
                    "members:write");
        }

        @Test
        void cannotChangeAnotherAcademysMemberNorTellItFromNone() {
            MemberApi other = MemberApi.ofEverything(Academy.open());
            String nowhere = TypeId.format("member", UuidV7.create(Clock.systemUTC()));

            Response theirs = other.change(id, etag, "{\"legal_name\": \"Berta\"}");
            assertRefused(theirs, 404, "not_found");
            assertThat(withoutRequestId(theirs))
                    .isEqualTo(withoutRequestId(other.change(nowhere, etag, "{\"legal_name\": \"Berta\"}")));
            assertRefused(other.change("x", etag, "{}"), 404, "not_found");
            api.read(id).then().header("ETag", etag);
        }

        @Test
        void cannotChangeAMinorWithoutTheirScope() {
            String child = api.added("{\"legal_name\": \"Unknown\"}");

            assertRefused(
                    MemberApi.of(academy, "members:read", "members:write").change(child, "{\"status\": \"active\"}"),
                    404,
                    "not_found");
        }
    }

    private Response change(String patch) {
        return api.change(id, patch);
    }

    private List<@org.jspecify.annotations.Nullable Object> auditEvents() {
        return Academy.query(
                "select event from audit_log where tenant_id = ? and entity_id = ? order by id", academy.id(), id);
    }
}
