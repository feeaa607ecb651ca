package app.spine.members;

import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /v1/members}: its pages, and who may call it. Its filters have a test of their own. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MemberListTest {

    private final Academy academy = Academy.open();
    private final MemberApi api = MemberApi.ofEverything(academy);

    @Nested
    class Pages {

        @ParameterizedTest
        @ValueSource(ints = {1, 4, 5, 11, 12, 100})
        void showEveryMemberExactlyOnceInTheOrderOfTheirMaking(int limit) {
            List<String> made = add(12);

            assertThat(walk(Map.of("limit", limit))).isEqualTo(made);
        }

        @Test
        void holdFiftyUnlessAskedForMore() {
            List<String> made = add(51);

            api.list(Map.of()).then().statusCode(200).body("data.size()", is(50));
            api.list(Map.of("limit", 100))
                    .then()
                    .statusCode(200)
                    .body("data.id", is(made))
                    .body("next", nullValue());
        }

        @Test
        void endWithANextThatIsNull() {
            add(3);

            Response exact = api.list(Map.of("limit", 3));

            assertThat(exact.jsonPath().getMap("$")).containsEntry("next", null);
            assertThat(MemberApi.ofEverything(Academy.open())
                            .list(Map.of())
                            .jsonPath()
                            .getMap("$"))
                    .containsEntry("next", null)
                    .containsEntry("data", List.of());
        }

        @Test
        void neitherSkipNorRepeatWhenMembersJoinMeanwhile() {
            List<String> made = add(4);
            String next = api.list(Map.of("limit", 2)).path("next");
            made.addAll(add(1));

            assertThat(api.found(Map.of("limit", 100, "after", next))).isEqualTo(made.subList(2, 5));
        }

        @Test
        void continueUnderTheSameFiltersOnly() {
            add(3);
            String next = api.list(Map.of("limit", 1)).path("next");

            assertBadValue(api.list(Map.of("after", next, "status", "active")), "after");
            assertBadValue(api.list(Map.of("after", next, "q", "member")), "after");

            String filtered = api.list(Map.of("limit", 1, "q", "member", "status", "active"))
                    .path("next");
            assertThat(api.found(Map.of("after", filtered, "q", " MEMBER", "status", "active")))
                    .hasSize(2);
            assertBadValue(api.list(Map.of("after", filtered, "q", "member")), "after");
            assertBadValue(api.list(Map.of("after", filtered)), "after");
        }

        @Test
        void refuseTheCursorOfAnotherList() {
            var admin = academy.consumer("consumers:read", "members:read");
            String consumers =
                    Calls.as(admin).queryParam("limit", 1).get("/v1/consumers").path("next");

            assertBadValue(new MemberApi(admin).list(Map.of("after", Objects.requireNonNull(consumers))), "after");
        }

        @ParameterizedTest
        @CsvSource({"0", "1", "17", "31"})
        void refuseACursorThatWasTamperedWith(int at) {
            add(2);
            String next = api.list(Map.of("limit", 1)).path("next");
            char other = next.charAt(at) == 'A' ? 'B' : 'A';

            Response answer = api.list(Map.of("after", next.substring(0, at) + other + next.substring(at + 1)));

            // The position is no secret: changed, it is another one of this list, and still of this academy only.
            if (at < 11) {
                assertBadValue(answer, "after");
            } else {
                assertThat(answer.statusCode()).isEqualTo(200);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "x", "member_01h455vb4pex5vsknk084sn02q", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%"})
        void refuseWhatIsNoCursor(String after) {
            assertBadValue(api.list(Map.of("after", after)), "after");
        }

        private List<String> add(int count) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ids.add(api.addedAdult("Member " + i));
            }
            return ids;
        }

        private List<String> walk(Map<String, Object> parameters) {
            List<String> ids = new ArrayList<>();
            Map<String, Object> page = new HashMap<>(parameters);
            @Nullable String next;
            do {
                Response answer = api.list(page);
                ids.addAll(answer.path("data.id"));
                next = answer.path("next");
                page.put("after", next == null ? "" : next);
            } while (next != null && ids.size() < 1_000);
            return ids;
        }
    }

    @Nested
    class Parameters {

        @ParameterizedTest
        @ValueSource(strings = {"0", "101", "-1", "abc", "", "1.0", "1e1", " 1", "99999999999"})
        void refuseALimitOutsideOneToAHundred(String limit) {
            assertBadValue(api.list(Map.of("limit", limit)), "limit");
        }

        @ParameterizedTest
        @ValueSource(strings = {"1", "100"})
        void takeTheBoundsOfTheLimit(String limit) {
            api.list(Map.of("limit", limit)).then().statusCode(200);
        }

        @Test
        void refuseOneThatIsNotKnownAndNameIt() {
            Map<String, String> misspelt = new java.util.TreeMap<>(Map.of("emial", "a@example.com", "Limit", "1"));

            assertRefused(api.list(misspelt), 400, "unknown_parameter")
                    .body("reasons.parameter", is(List.of("Limit", "emial")));
        }

        @Test
        void refuseOneThatIsGivenTwice() {
            assertBadValue(api.list(Map.of("status", List.of("active", "active"))), "status");
        }

        @ParameterizedTest
        @ValueSource(strings = {"q", "email", "phone", "status", "household_id", "limit", "after"})
        void refuseNul(String name) {
            assertBadValue(api.list(Map.of(name, "a\0b")), name);
        }
    }

    @Nested
    class Callers {

        @Test
        void needAKey() {
            Calls.assertKeyMissing(Calls.nobody().get("/v1/members"));
        }

        @Test
        void needMembersRead() {
            Calls.assertScopeMissing(
                    MemberApi.of(academy, "members:write", "members.contact:read")
                            .list(Map.of()),
                    "members:read");
        }

        @Test
        void seeContactsWithTheirScopeOnly() {
            api.added("""
                    {"legal_name": "Anna", "date_of_birth": "1990-05-31",
                     "contacts": [{"type": "email", "value": "Anna@Example.com"}]}""");

            Response without = MemberApi.of(academy, "members:read").list(Map.of());

            assertThat(without.jsonPath().getMap("data[0]")).doesNotContainKey("contacts");
            assertThat(without.asString().toLowerCase(java.util.Locale.ROOT)).doesNotContain("example.com");
            api.list(Map.of())
                    .then()
                    .body("data[0].contacts[0].value", is("Anna@Example.com"))
                    .body("data[0].contacts[0].normalised", is("anna@example.com"));
        }

        @Test
        void doNotSeeMinorsWithoutTheirScope() {
            String adult = api.addedAdult("Adult");
            String child = api.added("""
                    {"legal_name": "Child", "date_of_birth": "%s"}""".formatted(
                            java.time.LocalDate.now(java.time.ZoneOffset.UTC).minusYears(10)));
            String unknown = api.added("""
                    {"legal_name": "Unknown"}""");

            assertThat(MemberApi.of(academy, "members:read").found(Map.of())).containsExactly(adult);
            assertThat(api.found(Map.of())).containsExactly(adult, child, unknown);
        }

        @Test
        void doNotSeeAnotherAcademysMembers() {
            String here = api.addedAdult("Here");
            MemberApi.ofEverything(Academy.open()).addedAdult("There");

            assertThat(api.found(Map.of())).isEqualTo(Collections.singletonList(here));
        }
    }

    private static void assertBadValue(Response response, String parameter) {
        assertRefused(response, 400, "bad_value").body("reasons.parameter", is(List.of(parameter)));
    }
}
