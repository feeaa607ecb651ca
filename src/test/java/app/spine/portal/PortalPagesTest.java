package app.spine.portal;

import static app.spine.testsupport.Calls.as;
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
import io.restassured.RestAssured;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages around consumers: changes, approvals, leaks, requests, settings, and how pages look. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class PortalPagesTest {

    private final Academy academy = Academy.open();
    private final TestConsumer consumer = academy.consumer("members:read", "requests:read");
    private final String page = "/portal/consumers/" + consumer.publicId();
    private Browser owner = Browser.open();
    private Browser admin = Browser.open();
    private Browser operator = Browser.open();

    @BeforeEach
    void signIn() {
        owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        admin = Browser.signedIn(Browser.at(academy, "ada"), "admin");
        operator = Browser.signedIn(Browser.at(academy, "otto"), "operator");
    }

    @Test
    void suspendsAndRestores() {
        Page form = owner.get(page + "/suspension");
        assertThat(form.body()).contains("Suspend and refuse its calls", "made no call in the last hour");
        assertThat(owner.submit(form, page + "/suspension", Map.of()).status()).isEqualTo(303);
        awaitStatus(403);
        assertThat(owner.get(page).body()).contains("Every call of this consumer is refused");
        owner.submit(owner.get(page + "/restoration"), page + "/restoration", Map.of());
        awaitStatus(200);
        assertThat(audited()).containsExactly("consumer.suspended", "consumer.restored");
        assertThat(operator.get(page + "/suspension").status()).isEqualTo(403);
    }

    @Test
    void changesDetailsLimitsAndScopesUnlessSomebodyWasFaster() {
        Page form = owner.get(page + "/edit");
        Map<String, String> fields = fields(form.body());
        fields.put("name", "Kids widget");
        fields.put("monthly_quota", "5,000");
        Page done = owner.submit(form, page + "/edit", fields);
        assertThat(done.status()).as(done.body()).isEqualTo(303);
        assertThat(owner.get(page).body()).contains("Kids widget", "0 of 5,000");
        Page stale = owner.submit(form, page + "/edit", fields);
        assertThat(stale.status()).isEqualTo(412);
        fields.put("burst_seconds", "");
        fields.put("monthly_quota", "many");
        Page refused = owner.submit(owner.get(page + "/edit"), page + "/edit", fields);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("or neither for the academy", "The monthly quota is a whole number");
    }

    @Test
    void dropsScopesThatAreNotUsed() {
        Academy.execute(
                "update api_scope_grants set granted_at = now() - interval '40 days' where consumer_id = ?",
                consumer.id());
        as(consumer).get("/v1/members");
        Awaitility.await("use is counted")
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(owner.get(page).body()).contains("Drop 1 unused scope"));
        Page form = owner.get(page + "/unused-scopes");
        assertThat(form.body()).contains("value=\"requests:read\"").doesNotContain("value=\"members:read\"");
        assertThat(owner.submit(form, page + "/unused-scopes", Map.of("scopes", "requests:read"))
                        .status())
                .isEqualTo(303);
        assertThat(Academy.query("select scopes::text from api_consumers where id = ?", consumer.id()))
                .containsExactly("{members:read}");
        assertThat(owner.submit(form, page + "/unused-scopes", Map.of("scopes", "members:read"))
                        .status())
                .as("a scope in use")
                .isEqualTo(422);
    }

    @Test
    void letsAnotherPersonApproveAndNobodyElse() {
        ask();
        String approval = "/portal/approvals/" + consumer.publicId() + "/approval";
        assertThat(owner.get("/portal/approvals").body())
                .contains("You asked for it", "members.minor:read")
                .doesNotContain(approval);
        assertThat(operator.get("/portal/approvals").body())
                .contains("An owner or admin decides")
                .doesNotContain(approval);
        Map<String, String> seen = Map.of("scopes", "members.minor:read");
        assertThat(owner.submit(owner.get("/portal/you"), approval, seen).status())
                .isEqualTo(409);
        assertThat(operator.submit(operator.get("/portal/you"), approval, seen).status())
                .isEqualTo(403);
        assertThat(admin.submit(admin.get("/portal/you"), approval, Map.of("scopes", "refunds:write"))
                        .status())
                .as("other scopes than those seen")
                .isEqualTo(409);
        assertThat(pending()).isEqualTo("{members.minor:read}");

        Page queue = admin.get("/portal/approvals");
        assertThat(queue.body()).contains(approval, "1 waiting");
        assertThat(admin.submit(queue, approval, seen).status()).isEqualTo(303);
        assertThat(pending()).isEqualTo("{}");
        assertThat(Academy.query(
                        "select scopes @> array['members.minor:read'] from api_consumers where id = ?", consumer.id()))
                .containsExactly(true);
        assertThat(audited()).containsExactly("consumer.updated", "consumer.scopes_approved");
        assertThat(admin.submit(queue, approval, seen).status()).as("once more").isEqualTo(409);
    }

    @Test
    void refusesWithoutGrantingAndTellsTheReason() {
        ask();
        String refusal = "/portal/approvals/" + consumer.publicId() + "/refusal";
        assertThat(owner.get(refusal).body()).contains("You asked for it").doesNotContain("Reason, optional");
        Page form = admin.get(refusal);
        assertThat(form.body()).contains("It goes on without members.minor:read", "Refuse 1 scope");
        assertThat(admin.submit(
                                form,
                                refusal,
                                Map.of("scopes", "members.minor:read", "note", "The timetable <b>names</b> no child"))
                        .status())
                .isEqualTo(303);
        assertThat(owner.get("/portal/approvals").body())
                .contains("Decided lately", "The timetable &lt;b&gt;names&lt;/b&gt; no child", "asked for by you")
                .contains(">refused<");
        assertThat(admin.get(refusal).status()).as("nothing waits any more").isEqualTo(404);
        assertThat(pending()).isEqualTo("{}");
        assertThat(Academy.query(
                        "select scopes @> array['members.minor:read'] from api_consumers where id = ?", consumer.id()))
                .containsExactly(false);
        assertThat(audited()).containsExactly("consumer.updated", "consumer.scopes_refused");
        assertThat(admin.get("/portal/approvals").body()).contains("Nothing waits");
    }

    @Test
    void listsLeaksAndKeysThatEnd() {
        TestConsumer leaked = academy.consumer("members:read");
        Academy.execute("update api_consumers set name = 'Leaky app' where id = ?", leaked.id());
        Academy.execute("update api_keys set expires_at = now() + interval '5 days' where id = ?", consumer.keyId());
        RestAssured.given()
                .contentType("application/json")
                .body("{\"token\":\"" + leaked.key() + "\"}")
                .post("/leaks")
                .then()
                .statusCode(202);
        Page leaks = admin.get("/portal/leaks");
        assertThat(leaks.body())
                .contains("Leaky app", leaked.key().substring(11, 15), "in 4 days")
                .doesNotContain(leaked.key());
        assertThat(operator.get("/portal/leaks").status()).isEqualTo(403);
    }

    @Test
    void showsRequestsByFilterAndOneInFull() {
        as(consumer).header("User-Agent", "widgets/2.1").get("/v1/members?limit=5");
        as(consumer).get("/v1/consumers");
        Page all = operator.get("/portal/requests?consumer_id=" + consumer.publicId());
        assertThat(all.body()).contains("/v1/members", "insufficient_scope", ">200<", ">403<");
        Page refused = operator.get("/portal/requests?status=4xx");
        assertThat(refused.body()).contains("/v1/consumers").doesNotContain(">/v1/members<");
        Matcher id = Pattern.compile("/portal/requests/(req_[0-9a-z]{26})").matcher(refused.body());
        assertThat(id.find()).isTrue();
        assertThat(operator.get(id.group()).body())
                .contains("403 insufficient_scope", "consumers:read", id.group(1))
                .doesNotContain(consumer.key(), consumer.key().substring(11, 15) + "\u2026");
        assertThat(owner.get(id.group()).body()).contains(consumer.key().substring(11, 15));
        assertThat(operator.get("/portal/requests?from=2020-01-01T00:00&to=2020-01-02T00:00")
                        .body())
                .contains("No request matches");
        assertThat(operator.get("/portal/requests?from=nonsense").status()).isEqualTo(400);
        assertThat(operator.get("/portal/requests/req_01h455vb4pex5vsknk084sn02q")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void showsAPartnerItsOwnRequestsAlone() {
        TestConsumer other = academy.consumer("members:read");
        as(other).get("/v1/members/member_01h455vb4pex5vsknk084sn02q");
        as(consumer).get("/v1/members");
        Browser partner = PartnerBrowser.of(academy, consumer);
        assertThat(partner.get("/portal/requests?consumer_id=" + other.publicId())
                        .body())
                .contains(">/v1/members<")
                .doesNotContain("member_01h455vb4pex5vsknk084sn02q");
        Matcher id = Pattern.compile("/portal/requests/(req_[0-9a-z]{26})")
                .matcher(owner.get("/portal/requests?consumer_id=" + other.publicId())
                        .body());
        assertThat(id.find()).isTrue();
        assertThat(partner.get(id.group()).status()).isEqualTo(404);
        for (String path : new String[] {"/portal/approvals", "/portal/leaks", "/portal/settings"}) {
            assertThat(partner.get(path).status()).as(path).isEqualTo(403);
        }
        assertThat(partner.get("/portal/own").header("Location").orElseThrow()).endsWith(page);
    }

    @Test
    void givesCallsThatWorkForTheScopesThatAreHeld() {
        String examples = operator.get(page + "/examples").body();
        assertThat(examples)
                .contains("/v1/members&quot;", "/v1/requests", "/v1/consumer&quot;", "$SPINE_KEY")
                .doesNotContain("/v1/consumers", "-X POST &quot;http");
    }

    @Test
    void letsAnOwnerAloneChangeTheRulesOfTheAcademy() {
        Map<String, String> rules = Map.of(
                "burst_requests", "30",
                "burst_seconds", "2",
                "sustained_requests", "900",
                "sustained_seconds", "60",
                "monthly_quota", "",
                "max_key_age_days", "180");
        assertThat(owner.submit(owner.get("/portal/settings"), "/portal/settings", rules)
                        .status())
                .isEqualTo(303);
        assertThat(Academy.query(
                        "select concat_ws(' ', burst_requests, burst_seconds, sustained_requests, max_key_age_days) from tenants where id = ?",
                        academy.id()))
                .containsExactly("30 2 900 180");
        assertThat(audited()).containsExactly("academy.rules_changed");
        assertThat(admin.submit(admin.get("/portal/settings"), "/portal/settings", rules)
                        .status())
                .isEqualTo(403);
        assertThat(admin.get("/portal/settings").body()).contains("An owner of the academy changes these");
        Map<String, String> wrong = new LinkedHashMap<>(rules);
        wrong.put("max_key_age_days", "0");
        wrong.put("burst_requests", "");
        Page refused = owner.submit(owner.get("/portal/settings"), "/portal/settings", wrong);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("is from 1 to 3,650", "Burst takes a number");
    }

    @Test
    void keepsColoursAndDensityInTheBrowser() {
        Page you = operator.get("/portal/you");
        assertThat(you.body()).doesNotContain("data-theme");
        operator.submit(you, "/portal/you", Map.of("theme", "dark", "density", "compact"));
        assertThat(operator.get("/portal/you").body()).contains("data-theme=\"dark\" data-density=\"compact\"");
        assertThat(operator.submit(you, "/portal/you", Map.of("theme", "light", "density", ""))
                        .headers("set-cookie"))
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie)
                        .containsIgnoringCase("HttpOnly")
                        .containsIgnoringCase("SameSite=Lax")
                        .containsIgnoringCase("Path=/portal"));
        operator.setCookie("spine-theme", "dark\" onload=\"alert(1)");
        assertThat(operator.get("/portal/you").body()).doesNotContain("onload");
    }

    @Test
    void servesWhatPagesLoadForEverAndCompressed() {
        Matcher style = Pattern.compile("href=\"(/assets/[^\"]*components.css)\"")
                .matcher(owner.get(page).body());
        assertThat(style.find()).isTrue();
        var answer = RestAssured.given().header("Accept-Encoding", "gzip").get(style.group(1));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).contains("immutable");
        assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(RestAssured.given()
                        .get("/assets/000000000000/css/components.css")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void keepsToAStrictPolicy() {
        for (String path : new String[] {
            page,
            page + "/edit",
            "/portal/consumers",
            "/portal/consumers/new",
            "/portal/approvals",
            "/portal/leaks",
            "/portal/requests",
            "/portal/settings",
            "/portal/you",
            page + "/keys/new",
            page + "/examples"
        }) {
            Page answer = owner.get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.header("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.header("Cache-Control")).as(path).contains("no-store");
            assertThat(answer.body())
                    .as(path)
                    .doesNotContainPattern("<script(?! src=)")
                    .doesNotContainPattern(" style=")
                    .doesNotContainPattern(" on[a-z]+=")
                    .as("what the template did not fill in")
                    .doesNotContainPattern("\\{[a-zA-Z]+\\.[a-zA-Z]")
                    .doesNotContain("{consumerId}");
        }
    }

    private void ask() {
        Page form = owner.get(page + "/edit");
        Map<String, String> fields = fields(form.body());
        fields.put("scopes", "members.minor:read");
        assertThat(owner.submit(form, page + "/edit", fields).status()).isEqualTo(303);
        assertThat(pending()).isEqualTo("{members.minor:read}");
    }

    /** The fields of text of a form, as it was sent to the browser; of its scopes one. */
    private static Map<String, String> fields(String html) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher input = Pattern.compile("<input[^>]* name=\"([a-z_]+)\" value=\"([^\"]*)\"")
                .matcher(html);
        while (input.find()) {
            fields.putIfAbsent(input.group(1), input.group(2).replace("&quot;", "\""));
        }
        fields.put("scopes", "members:read");
        return fields;
    }

    private String pending() {
        return String.valueOf(
                Academy.query("select scopes_pending::text from api_consumers where id = ?", consumer.id())
                        .getFirst());
    }

    private List<String> audited() {
        return Academy.query(
                        "select event from audit_log where tenant_id = ? and (event like 'consumer.%' or event like 'academy.%') order by id",
                        academy.id())
                .stream()
                .map(String::valueOf)
                .toList();
    }

    private void awaitStatus(int status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> as(consumer).get("/v1/members").statusCode() == status);
    }
}
