package app.spine.members;

import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /v1/members/{id}}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MemberReadTest {

    private final Academy academy = Academy.open();
    private final MemberApi api = MemberApi.ofEverything(academy);

    @Nested
    class Conditional {

        private String id = "";
        private String etag = "";

        @BeforeEach
        void addAnna() {
            id = api.addedAdult("Anna");
            etag = api.etag(id);
        }

        @ParameterizedTest
        @ValueSource(strings = {"%s", "W/%s", "*", "\"x\", %s", "W/\"0-b\" , W/%s", "%s,%s", ",%s", " %s "})
        void answers304WhenTheCallerHasTheRecord(String ifNoneMatch) {
            Response answer = read(ifNoneMatch.replace("%s", etag));

            answer.then().statusCode(304).header("ETag", etag);
            assertThat(answer.asString()).isEmpty();
            assertThat(answer.header("Request-Id")).startsWith("req_");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"x\"", "W/\"99-c\"", "x", "\"0-c", "", "\"*\"", "%s x"})
        void answersTheRecordOtherwise(String ifNoneMatch) {
            read(ifNoneMatch.replace("%s", etag))
                    .then()
                    .statusCode(200)
                    .header("ETag", etag)
                    .body("id", is(id));
        }

        @Test
        void answersTheRecordAgainOnceItHasChanged() {
            api.change(id, "{\"legal_name\": \"Berta\"}").then().statusCode(200);

            read(etag).then().statusCode(200).body("legal_name", is("Berta"));
        }

        @Test
        void tellsTheRecordWithContactsFromTheOneWithout() {
            MemberApi without = MemberApi.of(academy, "members:read");

            assertThat(without.etag(id)).isNotEqualTo(etag);
            Calls.as(without.consumer())
                    .header("If-None-Match", etag)
                    .get("/v1/members/{id}", id)
                    .then()
                    .statusCode(200);
        }

        private Response read(String ifNoneMatch) {
            return Calls.as(api.consumer()).header("If-None-Match", ifNoneMatch).get("/v1/members/{id}", id);
        }
    }

    @Nested
    class Contacts {

        @Test
        void areShownInOrderAndToTheirScopeOnly() {
            String id = api.added("""
                    {"legal_name": "Anna", "date_of_birth": "1990-05-31",
                     "contacts": [{"type": "phone", "value": "0491 570 156"}, {"type": "email", "value": "B@Example.com"},
                                  {"type": "email", "value": "a@example.com"}]}""");

            api.read(id)
                    .then()
                    .body("contacts.value", contains("0491 570 156", "B@Example.com", "a@example.com"))
                    .body("contacts.normalised", contains("+61491570156", "b@example.com", "a@example.com"));
            Response without =
                    MemberApi.of(academy, "members:read", "members.minor:read").read(id);
            without.then().statusCode(200).body("legal_name", is("Anna"));
            assertThat(without.jsonPath().getMap("$")).doesNotContainKey("contacts");
            assertThat(without.asString()).doesNotContain("example", "0491 570", "491570156");
        }
    }

    @Nested
    class Minors {

        private final MemberApi adultsOnly = MemberApi.of(academy, "members:read");

        @Test
        void areHiddenWithoutTheirScopeAsIfTheyDidNotExist() {
            String child = born(LocalDate.now(ZoneId.of("Australia/Sydney")).minusYears(10));

            assertSameAsNowhere(adultsOnly.read(child), adultsOnly);
            api.read(child).then().statusCode(200);
        }

        @Test
        void areTheOnesWhoseBirthIsUnknownToo() {
            String unknown = api.added("{\"legal_name\": \"Unknown\"}");

            assertSameAsNowhere(adultsOnly.read(unknown), adultsOnly);
        }

        @Test
        void areHiddenFromAConditionalReadToo() {
            String child = api.added("{\"legal_name\": \"Unknown\"}");

            assertRefused(
                    Calls.as(adultsOnly.consumer()).header("If-None-Match", "*").get("/v1/members/{id}", child),
                    404,
                    "not_found");
        }

        /** No zone is further ahead than the first and none further behind than the second: their dates always differ. */
        @Test
        void comeOfAgeWhenTheDayBeginsAtTheirAcademy() {
            LocalDate todayInTheEast = LocalDate.now(ZoneId.of("Pacific/Kiritimati"));
            // Who is born on 29 February comes of age on 1 March, so nobody does on the 29th.
            LocalDate birth = AgeOfMajority.bornOnOrBefore(todayInTheEast);
            Academy east = Academy.open("Pacific/Kiritimati");
            Academy west = Academy.open("Etc/GMT+12");

            for (Academy each : new Academy[] {east, west}) {
                boolean ofAge = each == east;
                String id = MemberApi.ofEverything(each).added("""
                        {"legal_name": "Anna", "date_of_birth": "%s"}""".formatted(birth));
                MemberApi adults = MemberApi.of(each, "members:read");

                assertThat(adults.read(id).statusCode()).isEqualTo(ofAge ? 200 : 404);
                assertThat(adults.found(Map.of())).hasSize(ofAge ? 1 : 0);
            }
        }

        private String born(LocalDate date) {
            return api.added("""
                    {"legal_name": "Child", "date_of_birth": "%s"}""".formatted(date));
        }
    }

    @Nested
    class NotFound {

        @Test
        void isTheSameForAnotherAcademysMemberAsForNone() {
            Academy other = Academy.open();
            String theirs = MemberApi.ofEverything(other).addedAdult("Anna");

            assertSameAsNowhere(api.read(theirs), api);
            MemberApi.ofEverything(other).read(theirs).then().statusCode(200);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "x",
                    "member_",
                    "member_01h455vb4pex5vsknk084sn02",
                    "MEMBER_01h455vb4pex5vsknk084sn02q",
                    "member_01H455VB4PEX5VSKNK084SN02Q",
                    "member_8zzzzzzzzzzzzzzzzzzzzzzzzz",
                    "consumer_01h455vb4pex5vsknk084sn02q",
                    "0189a2d4-0000-7000-8000-000000000000",
                    "member_01h455vb4pex5vsknk084sn02q\0",
                    "' or 1=1 --",
                    "\uD83E\uDD4B"
                })
        void isWhatNoMemberIsCalled(String id) {
            assertSameAsNowhere(api.read(id), api);
        }
    }

    @Nested
    class Callers {

        @Test
        void needAKey() {
            Calls.assertKeyMissing(Calls.nobody().get("/v1/members/{id}", api.addedAdult("Anna")));
        }

        @Test
        void needMembersReadWhetherThereIsSuchAMemberOrNot() {
            MemberApi writer = MemberApi.of(academy, "members:write", "members.contact:read", "members.minor:read");
            String id = api.addedAdult("Anna");

            Calls.assertScopeMissing(writer.read(id), "members:read");
            Calls.assertScopeMissing(writer.read("x"), "members:read");
        }

        @Test
        void sendNoParameters() {
            assertRefused(
                    Calls.as(api.consumer()).queryParam("fields", "id").get("/v1/members/{id}", api.addedAdult("A")),
                    400,
                    "unknown_parameter");
        }
    }

    private static void assertSameAsNowhere(Response response, MemberApi api) {
        Response nowhere = api.read(TypeId.format("member", UuidV7.create(Clock.systemUTC())));
        assertRefused(response, 404, "not_found");
        assertThat(withoutRequestId(response)).isEqualTo(withoutRequestId(nowhere));
        assertThat(names(response)).isEqualTo(names(nowhere));
    }

    private static java.util.Set<String> names(Response response) {
        java.util.Set<String> names = new java.util.TreeSet<>();
        response.headers().forEach(header -> names.add(header.getName()));
        return names;
    }
}
