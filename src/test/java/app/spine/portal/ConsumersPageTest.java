package app.spine.portal;

import static app.spine.testsupport.Calls.as;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Environment;
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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of consumers, and the way to a new one. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class ConsumersPageTest {

    private final Academy academy = Academy.open();

    @ParameterizedTest
    @ValueSource(strings = {"owner", "admin", "operator"})
    void listsTheAcademysConsumersForItsStaff(String role) {
        TestConsumer caller = academy.consumer("members:read");
        rename(caller, "Timetable screen");
        TestConsumer others = Academy.open().consumer("members:read");
        rename(others, "Another academy's app");

        Page page = browser(role).get("/portal/consumers");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body())
                .contains("Timetable screen", "href=\"/portal/consumers/" + caller.publicId() + "\"")
                .doesNotContain("Another academy");
        assertThat(page.body().contains("Create consumer")).isEqualTo(!role.equals("operator"));
    }

    @Test
    void isNotForAPartner() {
        TestConsumer own = academy.consumer("members:read");
        assertThat(PartnerBrowser.of(academy, own).get("/portal/consumers").status())
                .isEqualTo(403);
    }

    @Test
    void findsByNameOwnerAndTheFirstLettersOfAKey() {
        TestConsumer wanted = academy.consumer("members:read");
        rename(wanted, "Kids widget");
        rename(academy.consumer("members:read"), "Timetable screen");
        Browser owner = browser("owner");
        String hint = wanted.key().substring("spine_live_".length(), "spine_live_".length() + 4);
        for (String q : new String[] {"kids", "KIDS W", hint, "spine_live_" + hint}) {
            assertThat(owner.get("/portal/consumers?q=" + q.replace(" ", "+")).body())
                    .as(q)
                    .contains("Kids widget")
                    .doesNotContain("Timetable screen");
        }
        assertThat(owner.get("/portal/consumers?q=%00%25nothing").body()).contains("No consumer matches");
    }

    @Test
    void keepsAKeyThatSomebodySearchesForOutOfTheAddress() {
        TestConsumer wanted = academy.consumer("members:read");
        rename(wanted, "Kids widget");
        Browser owner = browser("owner");
        Page list = owner.get("/portal/consumers");
        String secret = wanted.key().substring("spine_live_".length());
        for (String typed : new String[] {
            wanted.key(), secret, "is it " + wanted.key() + "?", wanted.key().substring(0, 30)
        }) {
            Page search =
                    owner.submit(list, "/portal/consumers", Map.of("q", typed, "status", "active", "sort", "name"));
            assertThat(search.status()).isEqualTo(303);
            assertThat(search.header("Location").orElseThrow())
                    .contains(secret.substring(0, 4), "status=active", "sort=name")
                    .doesNotContain(secret.substring(0, 6));
        }
        Page found = owner.follow(owner.submit(list, "/portal/consumers", Map.of("q", wanted.key())));
        assertThat(found.body()).contains("Kids widget").doesNotContain(secret);
    }

    @Test
    void filtersByEnvironmentAndStatus() {
        rename(academy.consumer("members:read"), "Live app");
        rename(academy.consumer(Environment.TEST, "members:read"), "Test app");
        TestConsumer suspended = academy.consumer("members:read");
        rename(suspended, "Stopped app");
        Academy.execute("update api_consumers set status = 'suspended' where id = ?", suspended.id());
        Browser owner = browser("owner");
        assertThat(owner.get("/portal/consumers?environment=test").body())
                .contains("Test app")
                .doesNotContain("Live app");
        assertThat(owner.get("/portal/consumers?status=suspended").body())
                .contains("Stopped app")
                .doesNotContain("Live app");
        for (String sort :
                new String[] {"limit", "name", "errors", "last_call", "oldest_key", "next_expiry", "nonsense"}) {
            assertThat(owner.get("/portal/consumers?sort=" + sort).body())
                    .as(sort)
                    .contains("Live app", "Test app");
        }
        for (String status : new String[] {"active", "rotating", "expiring", "waiting", "limited", "nonsense"}) {
            assertThat(owner.get("/portal/consumers?status=" + status).status())
                    .as(status)
                    .isEqualTo(200);
        }
    }

    @Test
    void pagesByCursorWithoutLosingOrRepeatingOne() {
        for (int i = 0; i < 53; i++) {
            rename(academy.consumer("members:read"), "App %02d".formatted(i));
        }
        Browser owner = browser("owner");
        String first = owner.get("/portal/consumers?sort=name").body();
        assertThat(first).contains("App 00", "App 49").doesNotContain("App 50");
        String next =
                first.replaceAll("(?s).*href=\"([^\"]*after=[^\"]*)\".*", "$1").replace("&amp;", "&");
        assertThat(owner.get(next).body()).contains("App 50", "App 52").doesNotContain("App 49");
        assertThat(owner.get("/portal/consumers?after=nonsense").status()).isEqualTo(400);
    }

    @Test
    void showsCallsErrorsAndRefusalsOfTheLastDays() {
        TestConsumer caller = academy.consumer("members:read");
        as(caller).get("/v1/members");
        as(caller).get("/v1/members/member_01h455vb4pex5vsknk084sn02q");
        Browser owner = browser("owner");
        Awaitility.await("use is counted")
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(
                        () -> assertThat(owner.get("/portal/consumers").body()).contains("50.0%"));
    }

    @Test
    void createsAConsumerWhoseSensitiveScopesWait() {
        Browser owner = browser("owner");
        Page form = owner.get("/portal/consumers/new");
        assertThat(form.body()).contains("members.minor:read", "See members under 18 at all.", "needs a second person");
        Page made = owner.submit(
                form,
                "/portal/consumers/new",
                Map.of(
                        "name", "Kids widget",
                        "owner_name", "Platform",
                        "owner_email", "platform@example.com",
                        "environment", "live",
                        "scopes", "members.minor:read"));
        assertThat(made.status()).as(made.body()).isEqualTo(303);
        Page page = owner.get(made.header("Location").orElseThrow());
        assertThat(page.body()).contains("Kids widget", "Consumer created", "waits for a second person", "No key yet");
        assertThat(Academy.query(
                        "select scopes::text || scopes_pending::text || ' ' || scopes_requested_by from api_consumers where tenant_id = ?",
                        academy.id()))
                .containsExactly("{}{members.minor:read} " + Browser.at(academy, "olga"));
        assertThat(Academy.query(
                        "select event || ' ' || actor_kind || ' ' || actor_id from audit_log where tenant_id = ? and event like 'consumer.%'",
                        academy.id()))
                .containsExactly("consumer.created person " + Browser.at(academy, "olga"));
    }

    @Test
    void saysOfEachFieldWhatToMend() {
        Browser owner = browser("owner");
        Page refused = owner.submit(
                owner.get("/portal/consumers/new"),
                "/portal/consumers/new",
                Map.of("name", " ", "owner_name", "Platform", "owner_email", "nowhere", "environment", "live"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body())
                .contains(
                        "Enter a name that people will recognise",
                        "like name@example.com",
                        "Choose at least one scope",
                        "value=\"Platform\"");
        assertThat(Academy.query("select 1 from api_consumers where tenant_id = ?", academy.id()))
                .isEmpty();
    }

    @Test
    void letsAnOperatorCreateNothing() {
        Browser operator = browser("operator");
        assertThat(operator.get("/portal/consumers/new").status()).isEqualTo(403);
        assertThat(operator.submit(operator.get("/portal/you"), "/portal/consumers/new", Map.of("name", "x"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void showsWhatSomebodyTypedAsText() {
        rename(academy.consumer("members:read"), "<script>alert(1)</script>");
        String body =
                browser("owner").get("/portal/consumers?q=%22%3E%3Cscript").body();
        assertThat(body).doesNotContain("<script>alert", "\"><script");
    }

    private Browser browser(String role) {
        return Browser.signedIn(Browser.at(academy, "olga"), role);
    }

    private static void rename(TestConsumer consumer, String name) {
        Academy.execute("update api_consumers set name = ? where id = ?", name, consumer.id());
    }
}
