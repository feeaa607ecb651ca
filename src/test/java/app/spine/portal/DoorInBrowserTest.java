package app.spine.portal;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Chromium;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.SignIn;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages at the door, the dialogs on a phone, and the way by the keyboard, in a real browser. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class DoorInBrowserTest {

    @SuppressWarnings("NullAway.Init") // the browser of all tests, before the first of them
    private static Chromium chromium;

    private final Academy academy = Academy.open();
    private final TestConsumer consumer = academy.consumer("members:read");
    private final List<String> findings = new ArrayList<>();

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void stop() {
        chromium.close();
    }

    @ParameterizedTest
    @CsvSource({"1440, 900, LIGHT", "820, 1180, DARK", "390, 844, LIGHT", "390, 844, DARK"})
    void showsThePagesAtTheDoorWell(int width, int height, ColorScheme colours) {
        String look = width + "-" + colours.name().toLowerCase(Locale.ROOT);
        Browser nobody = Browser.open();
        nobody.signIn("/portal", Browser.at(academy, "vic"), "visitor");
        Browser stranger = Browser.open();
        stranger.signIn("/portal", "sam@nowhere", "owner");
        Browser operator = Browser.signedIn(Browser.at(academy, "otto"), "operator");
        Browser developer = Browser.open();
        developer.signIn("/portal", Browser.at(academy, "dev"), "partner");
        look(nobody, "/portal", 403, "no-role-" + look, width, height, colours);
        look(stranger, "/portal", 403, "no-academy-" + look, width, height, colours);
        look(operator, "/portal/leaks", 403, "not-allowed-" + look, width, height, colours);
        look(operator, "/portal/what", 404, "nothing-" + look, width, height, colours);
        look(operator, "/portal/signed-out", 200, "signed-out-" + look, width, height, colours);
        look(developer, "/portal/invitation", 200, "invitation-" + look, width, height, colours);
        try (BrowserContext window = window(operator, width, height, colours)) {
            Page page = window.newPage();
            page.navigate(url("/portal/you"));
            window.clearCookies();
            page.click("text=Save for this browser");
            page.waitForSelector("h1:text-is('Your session has ended')");
            judge(page, "session-ended-" + look);
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void opensDialogsOnAPhone() {
        Academy.execute("""
                update api_consumers set name = 'Parents'' app', scopes_pending = '{members.minor:read,refunds:write}',
                    scopes_requested_by = 'somebody', scopes_requested_at = now() where id = ?""", consumer.id());
        Browser owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        String page = "/portal/consumers/" + consumer.publicId();
        dialog(owner, page, "text=Issue key", "issue");
        dialog(owner, page, "text=Rotate", "rotate");
        dialog(owner, page, "text=Revoke", "revoke");
        dialog(owner, page, "text=Suspend", "suspend");
        dialog(owner, page, "text=Edit", "edit");
        dialog(owner, page, "text=Invite a developer", "invite");
        dialog(owner, "/portal/approvals", "text=Refuse with a reason", "refuse");
        PartnerBrowser.of(academy, consumer);
        dialog(owner, page, "text=End access of Pat", "end-partner");
        assertThat(findings).isEmpty();
    }

    @Test
    void findsByTheKeyboardAndComesBack() {
        Browser owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        Academy.execute("update api_consumers set name = 'Timetable screen' where id = ?", consumer.id());
        try (BrowserContext window = window(owner, 1440, 900, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.navigate(url("/portal/settings"));
            page.keyboard().press("Control+k");
            page.waitForSelector("#dialog[open]");
            assertThat(page.evaluate("document.activeElement.id")).isEqualTo("find-q");
            judge(page, "find");
            page.keyboard().press("Escape");
            assertThat(page.locator("#dialog").isVisible()).isFalse();
            page.waitForFunction("document.activeElement.id === 'jump'");
            page.keyboard().press("Control+k");
            page.waitForSelector("#dialog[open]");
            page.keyboard().type("timet");
            page.keyboard().press("Enter");
            page.waitForSelector("text=Timetable screen");
            assertThat(page.url()).endsWith("/portal/find");
            judge(page, "found");
            page.click("text=Timetable screen");
            page.waitForSelector("h1:text-is('Timetable screen')");
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void saysSoWhenALivePartIsCutOff() {
        Browser owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        String rotation = "/portal/consumers/" + consumer.publicId() + "/keys/" + consumer.publicKeyId() + "/rotation";
        assertThat(owner.submit(owner.get(rotation), rotation, Map.of("overlap", "PT24H"))
                        .status())
                .isEqualTo(200);
        try (BrowserContext window = window(owner, 1440, 900, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.navigate(url("/portal/consumers/" + consumer.publicId()));
            assertThat(page.textContent(".live")).startsWith("As of");
            window.setOffline(true);
            page.waitForSelector(".live--stale");
            assertThat(page.textContent(".live")).startsWith("Connection lost. As of");
            judge(page, "rotation-cut-off");
            window.setOffline(false);
            page.waitForSelector(".live:not(.live--stale)");
        }
        assertThat(findings).isEmpty();
    }

    private void look(
            Browser person, String path, int status, String name, int width, int height, ColorScheme colours) {
        try (BrowserContext window = window(person, width, height, colours)) {
            Page page = window.newPage();
            assertThat(page.navigate(url(path)).status()).as(name).isEqualTo(status);
            judge(page, name);
        }
    }

    private void dialog(Browser person, String path, String opener, String name) {
        try (BrowserContext window = window(person, 390, 844, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            page.navigate(url(path));
            page.locator(opener).first().click();
            page.waitForSelector("#dialog[open]");
            judge(page, "phone-" + name);
        }
    }

    private void judge(Page page, String name) {
        Chromium.keep(page, name);
        if (Chromium.overflow(page) > 0) {
            findings.add(name + " is wider than its window by " + Chromium.overflow(page));
        }
        Chromium.seriousFindings(page).forEach(finding -> findings.add(name + ": " + finding));
    }

    private static BrowserContext window(Browser person, int width, int height, ColorScheme colours) {
        BrowserContext window = chromium.window(width, height, colours);
        window.addCookies(person.cookies().entrySet().stream()
                .map(cookie -> new Cookie(cookie.getKey(), cookie.getValue()).setUrl(url("/")))
                .toList());
        return window;
    }

    private static String url(String path) {
        return "http://localhost:" + RestAssured.port + path;
    }
}
