package app.spine.portal;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.SignIn;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** People come in through the provider, and nobody else does. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class SignInTest {

    private final Academy academy = Academy.open();

    @Inject
    SweepSessions sweeper;

    @ParameterizedTest
    @CsvSource({
        "owner,Owner",
        "admin,Admin",
        "operator,Operator",
        "'partner,operator',Operator",
        "'user,admin,partner',Admin"
    })
    void letsEachRoleInAndTakesTheHighestOfSeveral(String roles, String role) {
        Page home = Browser.open().signIn("/portal", Browser.at(academy, "sam"), roles);
        assertThat(home.status()).isEqualTo(200);
        assertThat(home.body()).contains("Test Academy");
        assertThat(home.isOf("Sam", role)).as(home.body()).isTrue();
    }

    @Test
    void asksTheProviderWithPkceAndComesBackToThePageThatWasAskedFor() {
        Browser browser = Browser.open();
        Page start = browser.get("/portal/invitation?x=1");
        assertThat(start.status()).isEqualTo(302);
        Map<String, String> asked =
                Browser.query(URI.create(start.header("Location").orElseThrow()));
        assertThat(asked)
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("max_age", "43200")
                .doesNotContainKey("prompt");
        assertThat(asked.get("redirect_uri")).endsWith("/portal/callback");
        Page back = browser.signIn("/portal/invitation?x=1", Browser.at(academy, "pat"), "partner");
        assertThat(back.address().getPath()).isEqualTo("/portal/invitation");
        assertThat(back.address().getRawQuery()).isEqualTo("x=1");
        assertThat(back.status()).isEqualTo(200);
    }

    @Test
    void keepsItsCookiesToThePortalAndFromScripts() {
        Browser browser = Browser.open();
        Page callback = browser.get(browser.atProvider(browser.get("/portal"), Browser.at(academy, "sam"), "owner")
                .header("Location")
                .orElseThrow());
        List<String> kept = callback.headers("set-cookie").stream()
                .filter(cookie -> !cookie.contains("Max-Age=0"))
                .toList();
        assertThat(kept)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(cookie -> assertThat(cookie)
                        .containsIgnoringCase("Path=/portal")
                        .containsIgnoringCase("HTTPOnly")
                        .containsIgnoringCase("SameSite=Lax"));
        assertThat(browser.cookie(Sessions.COOKIE)).hasSize(43);
    }

    @Test
    void writesOneRecordASession() {
        String subject = Browser.at(academy, "sam");
        Browser browser = Browser.signedIn(subject, "owner");
        browser.get("/portal");
        browser.get("/portal");
        assertThat(Academy.query(
                        "select actor_kind || ' ' || actor_id from audit_log where tenant_id = ? and event = 'person.signed_in'",
                        academy.id()))
                .containsExactly("person " + subject);
    }

    @Test
    void saysWhatToDoToWhoeverHasNoRole() {
        Page page = Browser.open().signIn("/portal", Browser.at(academy, "sam"), "visitor");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("have no role here").contains("Ask an owner");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sam@nowhere", "sam"})
    void saysWhatToDoToWhoeverIsOfNoAcademyHere(String subject) {
        Page page = Browser.open().signIn("/portal", subject, "owner");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("we do not know your academy");
    }

    @Test
    void takesASandboxForNoAcademy() {
        Page page = Browser.open().signIn("/portal", Browser.at(academy, "sam") + "-s", "owner");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("we do not know your academy");
    }

    @Test
    void letsWhoeverHasNothingHereComeInAsSomebodyElse() {
        Browser browser = Browser.open();
        browser.signIn("/portal", Browser.at(academy, "sam"), "visitor");
        Page start = browser.follow(browser.get("/portal/switch"));
        assertThat(Browser.query(start.location().orElseThrow())).containsEntry("prompt", "login");
        Page home = browser.follow(browser.atProvider(start, Browser.at(academy, "kim"), "owner"));
        assertThat(home.isOf("Kim", "Owner")).as(home.body()).isTrue();
    }

    @Test
    void keepsAPageFromOtherRoles() {
        Page page = Browser.signedIn(Browser.at(academy, "sam"), "operator").get("/portal/invitation");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("not for your role").contains("operator");
    }

    @Test
    void endsTheSessionForGoodWithTheSignOut() {
        Browser browser = Browser.signedIn(Browser.at(academy, "sam"), "owner");
        Map<String, String> stolen = browser.cookies();
        Page out = browser.submit(browser.you(), "/portal/sign-out", Map.of());
        assertThat(out.status()).isEqualTo(200);
        assertThat(out.body())
                .contains("You are signed out")
                .contains("/logout?id_token_hint=")
                .contains("post_logout_redirect_uri=");
        assertThat(browser.cookies()).isEmpty();
        assertThat(browser.get("/portal").status()).isEqualTo(302);
        stolen.forEach(browser::setCookie);
        assertThat(browser.get("/portal").status()).isEqualTo(302);
        assertThat(Academy.query("select event from audit_log where tenant_id = ? order by id", academy.id()))
                .containsExactly("person.signed_in", "person.signed_out");
    }

    @Test
    void believesNeitherCookieWithoutTheOther() {
        Browser browser = Browser.signedIn(Browser.at(academy, "sam"), "owner");
        Map<String, String> whole = browser.cookies();
        browser.setCookie(Sessions.COOKIE, null);
        assertThat(browser.get("/portal").status()).isEqualTo(302);
        Browser other = Browser.open();
        other.setCookie(Sessions.COOKIE, whole.get(Sessions.COOKIE));
        assertThat(other.get("/portal").status()).isEqualTo(302);
    }

    @Test
    void believesNoSessionOfSomebodyElse() {
        Browser sam = Browser.signedIn(Browser.at(academy, "sam"), "owner");
        Browser kim = Browser.signedIn(Browser.at(academy, "kim"), "owner");
        kim.setCookie(Sessions.COOKIE, sam.cookie(Sessions.COOKIE));
        assertThat(kim.get("/portal").status()).isEqualTo(302);
    }

    @Test
    void sendsWhoeverComesAfterTheEndToTheProviderAndSaysSoOfAForm() {
        Browser browser = Browser.signedIn(Browser.at(academy, "sam"), "owner");
        Page home = browser.you();
        Academy.execute(
                "update portal_sessions set expires_at = now(), started_at = now() - interval '1 day' where tenant_id = ?",
                academy.id());
        Page late = browser.submit(home, "/portal/sign-out", Map.of(), "Referer", home.address() + "?tab=1");
        assertThat(late.status()).isEqualTo(401);
        assertThat(late.body()).contains("Your session has ended").contains("href=\"/portal/you?tab=1\"");
        Page part = browser.get("/portal", "HX-Request", "true");
        assertThat(part.status()).isEqualTo(401);
        assertThat(part.header("HX-Refresh")).contains("true");
        assertThat(part.body()).isEmpty();
        assertThat(browser.get("/portal").status()).isEqualTo(302);
    }

    @Test
    void takesNoKeyAndNoToken() {
        TestConsumer consumer = academy.consumer("members:read");
        for (String credential : List.of(consumer.bearer(), "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln")) {
            assertThat(Browser.open()
                            .get("/portal", "Authorization", credential)
                            .status())
                    .isEqualTo(302);
        }
    }

    @Test
    void opensNothingUnderV1ByItsCookies() {
        Browser browser = Browser.signedIn(Browser.at(academy, "sam"), "owner");
        Page answer = browser.get("/v1/consumer");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).contains("key_missing");
        assertThat(answer.header("Location")).isEmpty();
        TestConsumer consumer = academy.consumer();
        assertThat(browser.get("/v1/consumer", "Authorization", consumer.bearer())
                        .status())
                .isEqualTo(200);
        assertThat(Calls.as(consumer).get("/v1/consumer").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesAChangeThatDoesNotProveItsPage() {
        Browser browser = Browser.signedIn(Browser.at(academy, "sam"), "owner");
        Page home = browser.you();
        Page none = browser.post("/portal/sign-out", Map.of());
        assertThat(none.status()).isEqualTo(403);
        assertThat(none.body()).contains("Nothing was changed");
        assertThat(browser.post("/portal/sign-out", Map.of("csrf-token", "x")).status())
                .isEqualTo(403);
        String others =
                Browser.signedIn(Browser.at(academy, "kim"), "owner").you().token();
        assertThat(browser.post("/portal/sign-out", Map.of("csrf-token", others))
                        .status())
                .isEqualTo(403);
        assertThat(browser.submit(home, "/portal/sign-out", Map.of(), "Sec-Fetch-Site", "cross-site")
                        .status())
                .isEqualTo(403);
        assertThat(browser.get("/portal").status()).isEqualTo(200);
        assertThat(browser.post("/portal/sign-out", Map.of(), "X-CSRF-Token", home.token())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusesAForgedWayBack() {
        Browser browser = Browser.open();
        Page start = browser.get("/portal");
        assertThat(start.status()).isEqualTo(302);
        Page forged = browser.get("/portal/callback?code=c2FtQGhhcmJvdXJ8b3duZXI&state=forged");
        assertThat(browser.cookie(Sessions.COOKIE)).isNull();
        assertThat(forged.location().map(URI::getPath)).contains("/authorize");
        Page nothing = Browser.open().get("/portal/callback?code=c2FtQGhhcmJvdXJ8b3duZXI&state=forged");
        assertThat(nothing.location().map(URI::getPath)).contains("/authorize");
    }

    @Test
    void saysSoWhereTheProviderRefuses() {
        Browser browser = Browser.open();
        Page start = browser.get("/portal");
        String state = Browser.query(start.location().orElseThrow()).get("state");
        Page refused = browser.get("/portal/callback?error=access_denied&state=" + state);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.body()).contains("Sign-in did not work");
        Page again = browser.get("/portal");
        state = Browser.query(again.location().orElseThrow()).get("state");
        assertThat(browser.get("/portal/callback?code=nonsense&state=" + state).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example",
                "https://evil.example/portal",
                "/portal/..//evil",
                "/portalx",
                "/\\evil.example"
            })
    void leadsNowhereElseAfterARenewal(String elsewhere) {
        Browser browser = Browser.signedIn(Browser.at(academy, "sam"), "owner");
        Page page = browser.get("/portal/sign-in-again?page="
                + java.net.URLEncoder.encode(elsewhere, java.nio.charset.StandardCharsets.UTF_8));
        assertThat(page.location().map(URI::getPath)).contains("/portal");
        assertThat(page.location().map(URI::getRawAuthority))
                .contains(browser.get("/portal").address().getRawAuthority());
    }

    @Test
    void saysOnEveryAnswerWhatTheBrowserMayDo() {
        Browser browser = Browser.signedIn(Browser.at(academy, "sam"), "operator");
        for (Page page : List.of(
                browser.get("/portal"),
                browser.get("/portal/invitation"),
                browser.get("/portal/no-such-page"),
                Browser.open().get("/portal"),
                browser.post("/portal/sign-out", Map.of()))) {
            assertThat(page.header("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.header("Cache-Control")).contains("no-store");
            assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
            assertThat(page.header("Referrer-Policy")).contains("same-origin");
            assertThat(page.header("Permissions-Policy")).isPresent();
            // The tests go over http.
            assertThat(page.header("Strict-Transport-Security")).isEmpty();
        }
        assertThat(browser.get("/portal").body()).doesNotContain("<script>").doesNotContain(" style=");
    }

    @Test
    void saysSoWhereNothingIs() {
        Page page = Browser.signedIn(Browser.at(academy, "sam"), "operator").get("/portal/no-such-page");
        assertThat(page.status()).isEqualTo(404);
        assertThat(page.body()).contains("There is nothing here");
        assertThat(Browser.open().get("/portal/no-such-page").status()).isEqualTo(302);
        assertThat(Browser.open().get("/portals").status()).isEqualTo(404);
    }

    @Test
    void sweepsSessionsADayAfterTheirEnd() throws java.sql.SQLException {
        Browser.signedIn(Browser.at(academy, "sam"), "owner");
        Browser.signedIn(Browser.at(academy, "kim"), "owner");
        Academy.execute(
                "update portal_sessions set started_at = now() - interval '3 days', expires_at = now() - interval '2 days'"
                        + " where tenant_id = ? and subject = ?",
                academy.id(),
                Browser.at(academy, "sam"));
        var _ = sweeper.sweep();
        assertThat(Academy.query("select subject from portal_sessions where tenant_id = ?", academy.id()))
                .containsExactly(Browser.at(academy, "kim"));
    }

    @Test
    void readsNoFormThatIsLargerThanFormsAre() {
        Browser browser = Browser.signedIn(Browser.at(academy, "sam"), "owner");
        Page page = browser.post("/portal/sign-out", Map.of("x", "y".repeat(70_000)));
        assertThat(page.status()).isEqualTo(413);
        assertThat(page.body()).contains("A form here takes 64 kB");
        assertThat(browser.send(HttpRequest.newBuilder(page.address())
                                .POST(HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new java.io.ByteArrayInputStream(new byte[10]))))
                        .status())
                .isEqualTo(413);
    }
}
