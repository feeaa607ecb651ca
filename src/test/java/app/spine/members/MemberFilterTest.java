package app.spine.members;

import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filters of {@code GET /v1/members}, over four people of one academy. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MemberFilterTest {

    private final Academy academy = Academy.open();
    private final MemberApi api = MemberApi.ofEverything(academy);
    private String zoe = "";
    private String jose = "";
    private String brien = "";
    private String child = "";

    @BeforeEach
    void addPeople() {
        zoe = api.added("""
                {"legal_name": "Zoë Straßer-Nguyễn", "preferred_name": "Dizzy", "date_of_birth": "1990-05-31",
                 "status": "active", "contacts": [{"type": "email", "value": "Zoe.Str@Example.com"},
                                                  {"type": "phone", "value": "0491 570 156"}]}""");
        jose = api.added("""
                {"legal_name": "José Muñoz", "date_of_birth": "1985-01-02", "status": "active",
                 "contacts": [{"type": "phone", "value": "+61 491 570 157"}]}""");
        brien = api.added("""
                {"legal_name": "Sinéad O’Brien", "date_of_birth": "1970-01-02", "status": "trial",
                 "contacts": [{"type": "email", "value": "family@example.com"}]}""");
        child = api.added("""
                {"legal_name": "Liam O'Brien",
                 "contacts": [{"type": "email", "value": "FAMILY@example.com"}]}""");
    }

    @ParameterizedTest
    @CsvSource({
        "zoe, zoe",
        "ZOË, zoe",
        "Zoe\u0308, zoe",
        "strasser, zoe",
        "stras nguy, zoe",
        "nguyen zoe, zoe",
        "dizz, zoe",
        "zoe.str@exa, zoe",
        "0491 570 156, zoe",
        "+61 491 570 156, zoe",
        "61491570156, zoe",
        "491570156, zoe",
        "zoe 0491, zoe",
        "jose, jose",
        "muñ, jose",
        "MUNOZ jos, jose",
        "sin obri, brien",
        "o'brien sin, brien",
        "o’brien sinead, brien",
        "brien sin, brien",
        "zoe jose, ''",
        "oe, ''",
        "example, ''",
    })
    void qFindsByTheBeginningsOfAllItsWords(String q, String who) {
        assertThat(api.found(Map.of("q", q))).isEqualTo(expected(who));
    }

    @Test
    void qFindsWholeFamilies() {
        assertThat(api.found(Map.of("q", "o'brien"))).containsExactly(brien, child);
        assertThat(api.found(Map.of("q", "family@"))).containsExactly(brien, child);
        assertThat(MemberApi.of(academy, "members:read", "members.contact:read").found(Map.of("q", "o'brien")))
                .containsExactly(brien);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'", "-", "%", "\\", "_", "\uD83E\uDD4B", " ", "", "'--;", "\u0301", "\u200b"})
    void qWithNothingToSearchForIsRefused(String q) {
        assertRefused(api.list(Map.of("q", q)), 400, "bad_value").body("reasons.parameter", is(List.of("q")));
    }

    @ParameterizedTest
    @CsvSource({
        "zo%, zoe",
        "zo\\, zoe",
        "zo*, zoe",
        "%oe, ''",
        "z%e, ''",
        "z_e, ''",
        "_oe, ''",
        "zoe\uD83E\uDD4B, zoe",
        "\"zoe'; drop table members; --\", ''",
    })
    void qHasNoWildcardsAndNoEscapes(String q, String who) {
        assertThat(api.found(Map.of("q", q))).isEqualTo(expected(who));
    }

    @Test
    void qOfAnyLengthIsCutOrRefusedAndNeverAFault() {
        assertThat(api.found(Map.of("q", "zoe " + "x".repeat(3_000)))).isEmpty();
        assertThat(api.found(Map.of("q", "zoe " + " ".repeat(1_000)))).containsExactly(zoe);
        // Longer than any request line that is read at all.
        assertThat(api.list(Map.of("q", "x".repeat(10_000))).statusCode()).isBetween(400, 499);
        assertThat(api.found(Map.of("q", "zoe"))).containsExactly(zoe);
    }

    @ParameterizedTest
    @CsvSource({
        "zoe.str@example.com, zoe",
        "' ZOE.STR@EXAMPLE.COM', zoe",
        "zoe.str@example.co, ''",
        "str@example.com, ''",
        "nobody@example.com, ''",
    })
    void emailFindsTheWholeAddressInAnyCase(String email, String who) {
        assertThat(api.found(Map.of("email", email))).isEqualTo(expected(who));
    }

    @Test
    void emailFindsEverybodyWhoSharesIt() {
        assertThat(api.found(Map.of("email", "Family@example.com"))).containsExactly(brien, child);
    }

    @ParameterizedTest
    @CsvSource({
        "0491 570 156, zoe",
        "0491570156, zoe",
        "+61491570156, zoe",
        "+61 491 570 156, zoe",
        "(04) 9157-0156, zoe",
        "0011 61 491 570 156, zoe",
        "+61 491 570 157, jose",
        "+61 491 570 158, ''",
    })
    void phoneFindsTheNumberHoweverItIsWritten(String phone, String who) {
        assertThat(api.found(Map.of("phone", phone))).isEqualTo(expected(who));
    }

    @ParameterizedTest
    @CsvSource({
        "email, anna",
        "email, ''",
        "email, a@b",
        "phone, 0412",
        "phone, abc",
        "phone, ''",
        "status, ACTIVE",
        "status, ''",
        "status, gone",
        "household_id, 1",
        "household_id, ''",
        "household_id, member_01h455vb4pex5vsknk084sn02q",
    })
    void refusesAValueThatCannotBeRead(String parameter, String value) {
        assertRefused(api.list(Map.of(parameter, value)), 400, "bad_value")
                .body("reasons.parameter", is(List.of(parameter)));
    }

    @Test
    void statusFindsThoseWhoStandThere() {
        assertThat(api.found(Map.of("status", "active"))).containsExactly(zoe, jose);
        assertThat(api.found(Map.of("status", "trial"))).containsExactly(brien, child);
        assertThat(api.found(Map.of("status", "lapsed"))).isEmpty();
    }

    @Test
    void householdFindsThoseWhoLiveThereNow() {
        String family = household(brien, child);
        String other = household(zoe);
        String former = household(jose);
        Academy.execute(
                "update household_members set until = current_date where tenant_id = ? and member_id = ?",
                academy.id(),
                MemberApi.uuid(jose));

        assertThat(api.found(Map.of("household_id", family))).containsExactly(brien, child);
        assertThat(api.found(Map.of("household_id", other))).containsExactly(zoe);
        assertThat(api.found(Map.of("household_id", former))).isEmpty();
        assertThat(MemberApi.of(academy, "members:read").found(Map.of("household_id", family)))
                .containsExactly(brien);
        assertThat(MemberApi.ofEverything(Academy.open()).found(Map.of("household_id", family)))
                .isEmpty();
    }

    @Test
    void filtersHoldTogether() {
        String family = household(brien, zoe);

        assertThat(api.found(Map.of("household_id", family, "status", "active")))
                .containsExactly(zoe);
        assertThat(api.found(Map.of(
                        "household_id",
                        family,
                        "status",
                        "active",
                        "q",
                        "zoe",
                        "email",
                        "zoe.str@example.com",
                        "phone",
                        "0491570156")))
                .containsExactly(zoe);
        assertThat(api.found(Map.of("q", "zoe", "phone", "0491570157"))).isEmpty();
        assertThat(api.found(Map.of("q", "obrien", "email", "family@example.com", "limit", 1)))
                .containsExactly(brien);
    }

    @ParameterizedTest
    @CsvSource({"q, zoe", "email, zoe.str@example.com", "phone, 0491570156"})
    void whatFindsByContactTakesItsScope(String parameter, String value) {
        MemberApi without = MemberApi.of(academy, "members:read", "members:write", "members.minor:read");

        Calls.assertScopeMissing(without.list(Map.of(parameter, value)), "members.contact:read")
                .body("reasons.parameter", is(List.of(parameter)));
    }

    @Test
    void everyFilterThatTakesAScopeIsNamed() {
        Calls.assertScopeMissing(
                        MemberApi.of(academy, "members:read")
                                .list(Map.of("q", "zoe", "email", "x", "phone", "y", "status", "active")),
                        "members.contact:read")
                .body("reasons.parameter", is(List.of("q", "email", "phone")));
    }

    @Test
    void statusAndHouseholdTakeNoFurtherScope() {
        String family = household(zoe);

        assertThat(MemberApi.of(academy, "members:read").found(Map.of("household_id", family, "status", "active")))
                .containsExactly(zoe);
    }

    private List<String> expected(String who) {
        return switch (who) {
            case "zoe" -> List.of(zoe);
            case "jose" -> List.of(jose);
            case "brien" -> List.of(brien);
            default -> List.of();
        };
    }

    private String household(String... members) {
        UUID id = UuidV7.create(Clock.systemUTC());
        Academy.execute(
                "insert into households (tenant_id, id, name, created_at, updated_at) values (?, ?, 'H', now(), now())",
                academy.id(),
                id);
        for (String member : members) {
            Academy.execute(
                    "insert into household_members (tenant_id, household_id, member_id, role, since)"
                            + " values (?, ?, ?, 'adult', current_date - 1)",
                    academy.id(),
                    id,
                    MemberApi.uuid(member));
        }
        return TypeId.format("household", id);
    }
}
