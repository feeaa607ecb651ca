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
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What pages make of ids and codes: names of people, reasons of refusals, and the way to a record. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class FindAndExplainTest {

    private final Academy academy = Academy.open();
    private final TestConsumer consumer = academy.consumer("members:read", "requests:read");
    private final String page = "/portal/consumers/" + consumer.publicId();
    private Browser owner = Browser.open();
    private Browser operator = Browser.open();

    @BeforeEach
    void signIn() {
        owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        operator = Browser.signedIn(Browser.at(academy, "otto"), "operator");
    }

    @Test
    void callsPeopleByTheirNames() {
        Browser.signedIn(Browser.at(academy, "nora"), "admin");
        Academy.execute(
                "update portal_people set name = 'Nora <Lind>' where tenant_id = ? and subject = ?",
                academy.id(),
                Browser.at(academy, "nora"));
        Academy.execute(
                "update api_keys set created_by = ? where id = ?", Browser.at(academy, "nora"), consumer.keyId());
        assertThat(owner.get(page).body())
                .contains("by Nora &lt;Lind&gt;")
                .doesNotContain("by " + Browser.at(academy, "nora"));
        assertThat(owner.get("/portal/audit?event=person.signed_in").body()).contains(">you<", "Nora &lt;Lind&gt;");
        Browser.signedIn(Browser.at(academy, "nora"), "admin");
        assertThat(owner.get(page).body()).as("as the provider calls her now").contains("by Nora</div>");
        Academy other = Academy.open();
        Browser.signedIn(Browser.at(other, "olga"), "owner");
        assertThat(Academy.query("select count(*) from portal_people where tenant_id = ?", other.id()))
                .containsExactly(1L);
    }

    @Test
    void explainsWhyACallWasRefused() {
        as(consumer).get("/v1/consumers");
        assertThat(latest(403))
                .contains("The key lacked", ">consumers:read</span>.")
                .contains("What the caller does:");
        as(consumer).get("/v1/members?q=mor");
        assertThat(latest(403))
                .as("a filter takes a scope of its own")
                .contains(">members.contact:read</span>.")
                .doesNotContain("lacked <span class=\"mono strong\">members:read<");
        Academy.execute(
                "update api_consumers set scopes_pending = '{members.minor:read}', scopes_requested_by = 'somebody',"
                        + " scopes_requested_at = now() where id = ?",
                consumer.id());
        as(consumer).get("/v1/members/member_01h455vb4pex5vsknk084sn02q");
        assertThat(latest(404))
                .contains("somebody under 18", ">members.minor:read</span>, which")
                .contains("waits for a second person");
        Academy.execute("update api_consumers set burst_requests = 1, burst_seconds = 60 where id = ?", consumer.id());
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> as(consumer).get("/v1/members").statusCode() == 429);
        assertThat(latest(429)).contains("Limits now: 1 in 60 seconds", "A refused call spends nothing");
    }

    @Test
    void findsConsumersMembersPagesAndTheRecordsOfIds() {
        Academy.execute("update api_consumers set name = 'Timetable <screen>' where id = ?", consumer.id());
        TestConsumer desk = academy.consumer("members:read", "members:write");
        String member = as(desk).contentType("application/json")
                .body("{\"legal_name\": \"Timothy Okafor\", \"date_of_birth\": \"1990-01-01\"}")
                .post("/v1/members")
                .path("id");
        Page ask = operator.get("/portal/find");
        assertThat(find(operator, ask, "tim").body())
                .contains("Timetable &lt;screen&gt;", page, "Timothy Okafor", "/portal/members/" + member)
                .doesNotContain("<screen>");
        assertThat(find(operator, ask, "audit").body())
                .contains("Nothing found")
                .doesNotContain("<h2>Pages");
        assertThat(find(operator, ask, "record").body()).contains("<h2>Pages", "href=\"/portal/audit\"");
        assertThat(find(operator, ask, "%_").body()).contains("Nothing found");
        assertThat(find(operator, ask, " " + member).location().orElseThrow().getPath())
                .isEqualTo("/portal/members/" + member);
        assertThat(find(owner, owner.get("/portal/find"), consumer.key()).body())
                .contains(page)
                .doesNotContain(consumer.key().substring(11, 17));

        Browser partner = PartnerBrowser.of(academy, consumer);
        Page ofPartner = partner.get("/portal/find");
        assertThat(find(partner, ofPartner, "tim").body()).contains("Nothing found");
        assertThat(find(partner, ofPartner, member).body()).contains("Nothing found");
    }

    private static Page find(Browser person, Page on, String text) {
        return person.submit(on, "/portal/find", Map.of("q", text));
    }

    @Test
    void opensARequestByItsId() {
        String id = as(consumer).get("/v1/members").header("Request-Id");
        Page opened = operator.get("/portal/requests?id=+" + id + "+");
        assertThat(opened.location().orElseThrow().getPath()).isEqualTo("/portal/requests/" + id);
        assertThat(operator.follow(opened).body()).contains("List members", id);
        Page wrong = operator.get("/portal/requests?id=%22%3E%3Cscript%3E");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).contains("That is no request id").doesNotContain("<script>");
    }

    /** The page of the latest request with this answer. */
    private String latest(int status) {
        String list = owner.get("/portal/requests?consumer_id=" + consumer.publicId() + "&status=" + status)
                .body();
        Matcher id = Pattern.compile("/portal/requests/(req_[0-9a-z]{26})").matcher(list);
        assertThat(id.find()).as(list).isTrue();
        return owner.get(id.group()).body();
    }
}
