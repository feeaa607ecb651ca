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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The academy's people read the trail: every change, by whom, before and after. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class AuditPageTest {

    private static final Pattern RECORD = Pattern.compile("/portal/audit/(audit_[0-9a-z]{26})\"");

    private final Academy academy = Academy.open();
    private final TestConsumer app =
            academy.consumer("members:read", "members:write", "members.contact:read", "members.minor:read");

    @ParameterizedTest
    @ValueSource(strings = {"owner", "admin", "operator"})
    void showsWhatAChangeChangedAndProvesIt(String role) {
        String member = addMember("Before Change");
        rename(member, "After Change");
        Browser browser = signedIn(role);

        Page list = browser.get("/portal/audit?entity=" + member);
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.body())
                .contains("member.updated")
                .contains("member.created")
                .contains(app.publicId());

        Page record = browser.get("/portal/audit/" + records(list).getFirst());
        assertThat(record.status()).isEqualTo(200);
        assertThat(record.body())
                .contains("<del>Before Change</del>")
                .contains("<ins>After Change</ins>")
                .contains("The values are those that the record was written with")
                .contains("/portal/members/" + member)
                .contains("req_");
    }

    @Test
    void saysSoWhenSomebodyChangedTheValues() {
        String member = addMember("Straight");
        Academy.execute(
                "update audit_values set after = replace(after, 'Straight', 'Crooked') where tenant_id = ?",
                academy.id());
        Browser browser = signedIn("owner");
        Page record = browser.get("/portal/audit/"
                + records(browser.get("/portal/audit?entity=" + member)).getFirst());
        assertThat(record.body()).contains("The values are not those that the record was written with");
    }

    @Test
    void saysSoWhenTheValuesWereErased() {
        String member = addMember("Gone");
        Academy.execute("delete from audit_values where tenant_id = ?", academy.id());
        Browser browser = signedIn("owner");
        Page record = browser.get("/portal/audit/"
                + records(browser.get("/portal/audit?entity=" + member)).getFirst());
        assertThat(record.body()).contains("The values were erased").doesNotContain(">Gone<");
    }

    @Test
    void findsByEventActorAndTimeAlsoTogether() {
        String member = addMember("Somebody");
        rename(member, "Somebody Else");
        Browser browser = signedIn("owner");
        assertThat(events(browser, "?event=member.updated")).containsExactly("member.updated");
        assertThat(events(browser, "?actor=" + app.publicId())).containsExactly("member.updated", "member.created");
        assertThat(events(browser, "?event=member.created&actor=" + app.publicId()))
                .containsExactly("member.created");
        assertThat(events(browser, "?event=member.created&entity=" + member + "&actor=nobody"))
                .isEmpty();
        assertThat(events(browser, "?event=member.created&from=2200-01-01T00:00"))
                .isEmpty();
        assertThat(events(browser, "?event=member.created&to=2000-01-01T00:00")).isEmpty();
        assertThat(events(browser, "?event=member.created&from=2000-01-01T00:00&to=2200-01-01T00:00"))
                .containsExactly("member.created");
        assertThat(events(browser, "?from=yesterday&event=member.created")).containsExactly("member.created");
    }

    @Test
    void pagesThroughAllRecordsOnce() {
        Academy.execute("""
                insert into audit_log (tenant_id, id, occurred_at, event, actor_kind, actor_id, entity_kind, entity_id,
                    source_workflow)
                select ?, ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, now(), 'member.updated',
                    'system', 'importer', 'member', 'member_' || i, 'members'
                from generate_series(1, 120) as i""", academy.id());
        Browser browser = signedIn("owner");
        Page page = browser.get("/portal/audit?actor=importer");
        List<String> seen = new ArrayList<>(records(page));
        for (int i = 0; i < 2; i++) {
            Matcher older =
                    Pattern.compile("href=\"([^\"]*after=[^\"]*)\">Older").matcher(page.body());
            assertThat(older.find()).isTrue();
            page = browser.get(older.group(1).replace("&amp;", "&"));
            seen.addAll(records(page));
        }
        assertThat(page.body()).doesNotContain(">Older<");
        assertThat(seen).hasSize(120).doesNotHaveDuplicates();
    }

    @Test
    void refusesACursorOfOtherFilters() {
        Page page = signedIn("owner").get("/portal/audit?after=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        assertThat(page.status()).isEqualTo(400);
    }

    @Test
    void showsNothingOfAnotherAcademy() {
        String member = addMember("Ours");
        String record =
                records(signedIn("owner").get("/portal/audit?entity=" + member)).getFirst();
        Browser stranger = Browser.signedIn(Browser.at(Academy.open(), "sam"), "owner");
        assertThat(records(stranger.get("/portal/audit?entity=" + member))).isEmpty();
        assertThat(stranger.get("/portal/audit/" + record).status()).isEqualTo(404);
    }

    @Test
    void isNotForPartners() {
        assertThat(signedIn("partner").get("/portal/audit").status()).isEqualTo(403);
    }

    private Browser signedIn(String role) {
        return Browser.signedIn(Browser.at(academy, "sam"), role);
    }

    private static List<String> events(Browser browser, String query) {
        return Pattern.compile("/portal/audit/audit_[0-9a-z]{26}\">([a-z_.]+)<")
                .matcher(browser.get("/portal/audit" + query).body())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static List<String> records(Page page) {
        return RECORD.matcher(page.body())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private String addMember(String name) {
        return given().header("Authorization", app.bearer())
                .contentType("application/json")
                .body("{\"legal_name\": \"" + name + "\", \"date_of_birth\": \"1990-01-01\"}")
                .post("/v1/members")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private void rename(String member, String name) {
        String etag = given().header("Authorization", app.bearer())
                .get("/v1/members/" + member)
                .header("ETag");
        given().header("Authorization", app.bearer())
                .header("If-Match", etag)
                .contentType("application/merge-patch+json")
                .body("{\"legal_name\": \"" + name + "\"}")
                .patch("/v1/members/" + member)
                .then()
                .statusCode(200);
    }
}
