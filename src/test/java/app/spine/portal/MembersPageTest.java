package app.spine.portal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.SignIn;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The academy's people find members and see them whole. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class MembersPageTest {

    private static final Pattern MEMBER =
            Pattern.compile("cell-title\" href=\"/portal/members/(member_[0-9a-z]{26})\"");

    private final Academy academy = Academy.open();
    private final TestConsumer app =
            academy.consumer("members:read", "members:write", "members.contact:read", "members.minor:read");

    @ParameterizedTest
    @ValueSource(strings = {"owner", "admin", "operator"})
    void findsByNameMailAndPhone(String role) {
        String alma = add("Alma Ashby", "2015-03-01", "alma.parent@example.com", "+61491570156");
        add("Bruno Bates", "1980-03-01", "bruno@example.com", "+61491570157");
        Browser browser = signedIn(role);
        Page start = browser.get("/portal/members");
        assertThat(start.body()).contains("Alma Ashby").contains("Bruno Bates").contains("under 18");
        for (String words : List.of("alma", "ASH al", "alma.parent@", "+61 491 570 156")) {
            Page found = browser.submit(start, "/portal/members", Map.of("q", words));
            assertThat(members(found)).as(words).containsExactly(alma);
        }
        assertThat(browser.submit(start, "/portal/members", Map.of("q", "nobody"))
                        .body())
                .contains("No member matches");
        assertThat(members(browser.submit(start, "/portal/members", Map.of("status", "paused"))))
                .isEmpty();
    }

    @Test
    void keepsWhatIsSearchedForOutOfAddresses() {
        add("Alma Ashby", "2015-03-01", "alma.parent@example.com", "+61491570156");
        Browser browser = signedIn("operator");
        Page found = browser.submit(browser.get("/portal/members"), "/portal/members", Map.of("q", "alma"));
        assertThat(found.address().toString()).doesNotContain("alma");
        assertThat(found.body())
                .doesNotContainPattern("(href|action)=\"[^\"]*alma")
                .doesNotContain("<title>Alma");
        assertThat(found.header("Cache-Control")).contains("no-store");
    }

    @Test
    void saysWhatIsWrongWithASearch() {
        Browser browser = signedIn("operator");
        Page start = browser.get("/portal/members");
        Page refused = browser.submit(start, "/portal/members", Map.of("q", "---"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("aria-invalid=\"true\"").contains("beginning of a name");
        assertThat(browser.submit(start, "/portal/members", Map.of("status", "asleep"))
                        .status())
                .isEqualTo(400);
        assertThat(browser.submit(start, "/portal/members", Map.of("after", "forged"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void refusesASearchThatComesFromElsewhere() {
        assertThat(signedIn("operator")
                        .post("/portal/members", Map.of("q", "alma"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void pagesThroughEveryMemberOnce() {
        Academy.execute("""
                insert into members (tenant_id, id, legal_name, date_of_birth, status, created_at, updated_at)
                select ?, gen_random_uuid(), 'Member ' || i, '1990-01-01', 'active', now(), now()
                from generate_series(1, 120) as i""", academy.id());
        Browser browser = signedIn("admin");
        Page page = browser.get("/portal/members");
        List<String> seen = new ArrayList<>(members(page));
        for (int i = 0; i < 2; i++) {
            Matcher after = Pattern.compile("name=\"after\" value=\"([^\"]+)\"").matcher(page.body());
            assertThat(after.find()).isTrue();
            page = browser.submit(page, "/portal/members", Map.of("after", after.group(1)));
            seen.addAll(members(page));
        }
        assertThat(page.body()).doesNotContain(">More<");
        assertThat(seen).hasSize(120).doesNotHaveDuplicates();
    }

    @Test
    void showsContactHouseholdAndChangesOfOne() {
        String parent = add("Paula Parent", "1985-01-01", "paula@example.com", "+61491570156");
        String child = add("Carl Child", "2016-01-01", "paula@example.com", "+61491570156");
        UUID household = UUID.randomUUID();
        Academy.execute("""
                insert into households (tenant_id, id, name, payer_member_id, created_at, updated_at)
                select tenant_id, ?, 'The Parents', id, now(), now() from members
                where tenant_id = ? and legal_name = 'Paula Parent'""", household, academy.id());
        Academy.execute("""
                insert into household_members (tenant_id, household_id, member_id, role, since)
                select tenant_id, ?, id, case when legal_name like 'Paula%' then 'adult' else 'dependant' end, '2024-01-01'
                from members where tenant_id = ?""", household, academy.id());
        Page page = signedIn("operator").get("/portal/members/" + child);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body())
                .contains("under 18")
                .contains("paula@example.com")
                .contains("tel:+61491570156")
                .contains("The Parents")
                .contains("/portal/members/" + parent)
                .contains("adult, pays")
                .contains("member.created")
                .contains("<title>Member ");
    }

    @Test
    void showsNothingOfAnotherAcademy() {
        String ours = add("Alma Ashby", "2015-03-01", "alma@example.com", "+61491570156");
        Browser stranger = Browser.signedIn(Browser.at(Academy.open(), "sam"), "owner");
        assertThat(stranger.get("/portal/members/" + ours).status()).isEqualTo(404);
        assertThat(stranger.get("/portal/members").body())
                .doesNotContain("Alma")
                .contains("No member yet");
        assertThat(stranger.get("/portal/members/member_nothing").status()).isEqualTo(404);
    }

    @Test
    void isNotForPartners() {
        assertThat(signedIn("partner").get("/portal/members").status()).isEqualTo(403);
    }

    private Browser signedIn(String role) {
        return Browser.signedIn(Browser.at(academy, "sam"), role);
    }

    private static List<String> members(Page page) {
        return MEMBER.matcher(page.body())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private String add(String name, String born, String mail, String phone) {
        return given().header("Authorization", app.bearer())
                .contentType("application/json")
                .body("""
                        {"legal_name": "%s", "date_of_birth": "%s", "contacts": [
                          {"type": "email", "value": "%s"}, {"type": "phone", "value": "%s"}]}""".formatted(name, born, mail, phone))
                .post("/v1/members")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }
}
