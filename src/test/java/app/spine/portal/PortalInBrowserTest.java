package app.spine.portal;

import static app.spine.testsupport.Calls.as;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.http.TypeId;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Chromium;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.SignIn;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages in a real browser: every width, both colours, the keyboard alone, and what axe has to say. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class PortalInBrowserTest {

    private static final int MOST_BYTES = 150_000;

    @SuppressWarnings("NullAway.Init") // the browser of all tests, before the first of them
    private static Chromium chromium;

    private final Academy academy = Academy.open();
    private final TestConsumer widgets = academy.consumer("members:read", "members.contact:read", "requests:read");
    private final TestConsumer screen = academy.consumer("members:read");
    private final TestConsumer waiting = academy.consumer("bookings:read");
    private final TestConsumer desk =
            academy.consumer("members:read", "members:write", "members.contact:read", "members.minor:read");
    private String member = "";

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void stop() {
        chromium.close();
    }

    @BeforeEach
    void fill() {
        Academy.execute("update tenants set name = 'Harbour Martial Arts' where id = ?", academy.id());
        name(widgets, "Partner widgets");
        name(screen, "Timetable screen");
        name(waiting, "Migration and integrations");
        Academy.execute("""
                update api_consumers set burst_requests = 20, burst_seconds = 1, sustained_requests = 600,
                    sustained_seconds = 60, monthly_quota = 7500 where id = ?""", widgets.id());
        Academy.execute("""
                update api_consumers set scopes_pending = '{members.minor:read,refunds:write}',
                    scopes_requested_by = 'somebody', scopes_requested_at = now() - interval '3 hours' where id = ?""", waiting.id());
        Academy.execute("update api_keys set expires_at = now() + interval '6 days' where id = ?", screen.keyId());
        Academy.execute(
                "update api_scope_grants set granted_at = now() - interval '60 days' where consumer_id = ?",
                widgets.id());
        useOfTwoWeeks();
        for (int i = 0; i < 6; i++) {
            as(widgets).header("User-Agent", "spine-widgets/2.1").get("/v1/members");
        }
        as(widgets).get("/v1/members/member_01h455vb4pex5vsknk084sn02q");
        as(widgets).get("/v1/consumers");
        name(desk, "Front desk");
        member = familyOfTwo();
    }

    /** A parent and a child, who was renamed once: the child's public id. */
    private String familyOfTwo() {
        add("Paula Morgan", "1985-01-01");
        String child = add("Isla Morgan", "2016-01-01");
        String etag = as(desk).get("/v1/members/" + child).header("ETag");
        as(desk).header("If-Match", etag)
                .contentType("application/merge-patch+json")
                .body("{\"preferred_name\": \"Isla\"}")
                .patch("/v1/members/" + child)
                .then()
                .statusCode(200);
        UUID household = UUID.randomUUID();
        Academy.execute("""
                insert into households (tenant_id, id, name, payer_member_id, created_at, updated_at)
                select tenant_id, ?, 'Morgan', id, now(), now() from members
                where tenant_id = ? and legal_name = 'Paula Morgan'""", household, academy.id());
        Academy.execute("""
                insert into household_members (tenant_id, household_id, member_id, role, since)
                select tenant_id, ?, id, case when legal_name like 'Paula%' then 'adult' else 'dependant' end, '2024-01-01'
                from members where tenant_id = ?""", household, academy.id());
        return child;
    }

    private String add(String name, String born) {
        return as(desk).contentType("application/json")
                .body("""
                        {"legal_name": "%s", "date_of_birth": "%s", "contacts": [
                          {"type": "email", "value": "a.long.address.of.the.family@mail.example.com"},
                          {"type": "phone", "value": "+61491570156"}]}""".formatted(name, born))
                .post("/v1/members")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private String lastRecord() {
        return TypeId.format("audit", (UUID) Objects.requireNonNull(Academy.query(
                        "select id from audit_log where tenant_id = ? and event = 'member.updated' order by id desc limit 1",
                        academy.id())
                .getFirst()));
    }

    @ParameterizedTest
    @CsvSource({
        "owner, 1440, 900, LIGHT",
        "owner, 1440, 900, DARK",
        "owner, 820, 1180, LIGHT",
        "owner, 390, 844, LIGHT",
        "owner, 390, 844, DARK",
        "operator, 1440, 900, LIGHT",
        "partner, 390, 844, LIGHT"
    })
    void showsEveryPageWellAtThisWidth(String role, int width, int height, ColorScheme colours) {
        Browser person = role.equals("partner")
                ? PartnerBrowser.of(academy, widgets)
                : Browser.signedIn(Browser.at(academy, "olga"), role);
        List<String> findings = new ArrayList<>();
        try (BrowserContext window = window(person, width, height, colours)) {
            Page page = window.newPage();
            List<String> errors = errors(page);
            pages(role).forEach((name, path) -> {
                Response answer = page.navigate(url(path));
                assertThat(answer.status()).as(path).isEqualTo(200);
                page.waitForLoadState();
                Chromium.keep(
                        page,
                        "%s-%d-%s-%s".formatted(role, width, colours.name().toLowerCase(Locale.ROOT), name));
                if (Chromium.overflow(page) > 0) {
                    findings.add(path + " is wider than its window by " + Chromium.overflow(page));
                }
                Chromium.seriousFindings(page).forEach(finding -> findings.add(path + ": " + finding));
            });
            assertThat(errors).isEmpty();
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void staysUnderAHundredAndFiftyKilobytes() {
        Browser owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        pages("owner").forEach((name, path) -> {
            try (BrowserContext window = window(owner, 1440, 900, ColorScheme.LIGHT)) {
                Page page = window.newPage();
                List<Request> requests = new ArrayList<>();
                page.onRequestFinished(requests::add);
                page.navigate(url(path));
                page.waitForLoadState();
                long bytes = List.copyOf(requests).stream()
                        .mapToLong(PortalInBrowserTest::sizeOf)
                        .sum();
                assertThat(bytes).as(path).isBetween(1_000L, (long) MOST_BYTES);
            }
        });
    }

    @Test
    void issuesRotatesAndRevokesWithTheKeyboardAlone() {
        Browser owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        try (BrowserContext window = window(owner, 1440, 900, ColorScheme.LIGHT)) {
            Page page = window.newPage();
            List<String> errors = errors(page);
            page.navigate(url("/portal/consumers/" + screen.publicId()));

            tabTo(page, "Issue key");
            page.keyboard().press("Enter");
            page.waitForSelector("#dialog[open]");
            assertThat(page.evaluate("document.activeElement.textContent"))
                    .isEqualTo("Issue a key for Timetable screen");
            Chromium.keep(page, "dialog-issue");
            assertThat(Chromium.seriousFindings(page)).isEmpty();
            page.keyboard().press("Escape");
            assertThat(page.locator("#dialog").isVisible()).isFalse();
            assertThat(focused(page)).isEqualTo("Issue key");
            page.keyboard().press("Enter");
            page.waitForSelector("#dialog[open]");
            tabTo(page, "Issue key");
            page.keyboard().press("Enter");
            page.waitForSelector("#secret-key");
            Chromium.keep(page, "secret");
            assertThat(Chromium.seriousFindings(page)).isEmpty();
            String key = page.textContent("#secret-key");
            assertThat(page.url()).doesNotContain(key);
            assertThat(page.title()).doesNotContain(key);
            assertThat(status(key)).isEqualTo(200);
            tabTo(page, "I stored the key");
            page.keyboard().press("Space");
            tabTo(page, "Leave, the key will not be shown again");
            page.keyboard().press("Enter");
            page.waitForSelector("#keys");
            page.waitForLoadState();

            tabTo(page, "Rotate");
            page.keyboard().press("Enter");
            page.waitForSelector("#dialog[open]");
            Chromium.keep(page, "dialog-rotate");
            tabTo(page, "Rotate key");
            page.keyboard().press("Enter");
            page.waitForSelector("#secret-key");
            String successor = page.textContent("#secret-key");
            page.navigate(url("/portal/consumers/" + screen.publicId()));
            assertThat(page.textContent("h2")).contains("Rotation under way");
            Chromium.keep(page, "rotation");
            assertThat(Chromium.seriousFindings(page)).isEmpty();
            assertThat(status(successor)).isEqualTo(200);
            page.waitForSelector("text=every caller uses the new key");
            Chromium.keep(page, "rotation-moved");

            tabTo(page, "Revoke");
            page.keyboard().press("Enter");
            page.waitForSelector("#dialog[open]");
            Chromium.keep(page, "dialog-revoke");
            assertThat(Chromium.seriousFindings(page)).isEmpty();
            tabTo(page, "Revoke key and stop its calls");
            page.keyboard().press("Enter");
            // Before the picture: it goes by itself.
            assertThat(page.waitForSelector(".toast").textContent()).contains("stop");
            Chromium.keep(page, "toast");
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void worksWithoutScript() {
        Browser owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        try (BrowserContext window = chromium.windowWithoutScript(1440, 900)) {
            window.addCookies(cookies(owner));
            Page page = window.newPage();
            page.navigate(url("/portal/consumers"));
            page.click("text=Create consumer");
            page.fill("#name", "Kids widget");
            page.fill("#owner_name", "Platform");
            page.fill("#owner_email", "platform@example.com");
            page.check("input[value='bookings:read']");
            Chromium.keep(page, "create-without-script");
            page.click("button:has-text('Create consumer')");
            assertThat(page.textContent("h1")).isEqualTo("Kids widget");
            page.click("text=Issue key");
            page.click("button:has-text('Issue key')");
            assertThat(status(page.textContent("#secret-key"))).isEqualTo(200);
        }
    }

    private Map<String, String> pages(String role) {
        String consumer = "/portal/consumers/" + widgets.publicId();
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("home", "/portal");
        if (!role.equals("partner")) {
            pages.put("consumers", "/portal/consumers");
            pages.put("approvals", "/portal/approvals");
            pages.put("settings", "/portal/settings");
            pages.put("members", "/portal/members");
            pages.put("member", "/portal/members/" + member);
            pages.put("audit", "/portal/audit");
            pages.put("audit-record", "/portal/audit/" + lastRecord());
        }
        pages.put("consumer", consumer);
        pages.put("examples", consumer + "/examples");
        pages.put("requests", "/portal/requests");
        pages.put("you", "/portal/you");
        if (role.equals("owner")) {
            pages.put("new-consumer", "/portal/consumers/new");
            pages.put("edit-consumer", consumer + "/edit");
            pages.put("unused-scopes", consumer + "/unused-scopes");
            pages.put("suspension", consumer + "/suspension");
            pages.put("leaks", "/portal/leaks");
        }
        if (!role.equals("operator")) {
            pages.put("new-key", consumer + "/keys/new");
            pages.put("rotate-key", consumer + "/keys/" + widgets.publicKeyId() + "/rotation");
            pages.put("revoke-key", consumer + "/keys/" + widgets.publicKeyId() + "/revocation");
        }
        return pages;
    }

    private BrowserContext window(Browser person, int width, int height, ColorScheme colours) {
        BrowserContext window = chromium.window(width, height, colours);
        window.addCookies(cookies(person));
        return window;
    }

    private static List<Cookie> cookies(Browser person) {
        return person.cookies().entrySet().stream()
                .map(cookie -> new Cookie(cookie.getKey(), cookie.getValue()).setUrl(url("/")))
                .toList();
    }

    private static String url(String path) {
        return "http://localhost:" + RestAssured.port + path;
    }

    private static int status(String key) {
        return RestAssured.given()
                .header("Authorization", "Bearer " + key)
                .get("/v1/consumer")
                .statusCode();
    }

    /** What the browser complains about, a refusal of the content policy above all. */
    private static List<String> errors(Page page) {
        List<String> errors = new ArrayList<>();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                errors.add(message.text());
            }
        });
        page.onPageError(errors::add);
        return errors;
    }

    private static long sizeOf(Request request) {
        return (long) request.sizes().responseBodySize + request.sizes().responseHeadersSize;
    }

    /** Presses Tab until what has the focus begins with these words. */
    private static void tabTo(Page page, String words) {
        for (int i = 0; i < 120; i++) {
            page.keyboard().press("Tab");
            if (focused(page).startsWith(words)) {
                return;
            }
        }
        throw new AssertionError("the keyboard does not come to " + words);
    }

    private static String focused(Page page) {
        return String.valueOf(
                page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"));
    }

    private static void name(TestConsumer consumer, String name) {
        Academy.execute("update api_consumers set name = ?, owner_name = 'Platform' where id = ?", name, consumer.id());
    }

    /** As the counting would have left it. */
    private void useOfTwoWeeks() {
        Academy.execute("""
                insert into api_usage (tenant_id, consumer_id, day, key_id, operation, status_class, requests, limited,
                    lowest_limit_left, latency_us_sum, latency_us_max, bytes_in, bytes_out)
                select ?, ?, current_date - d, ?, o.operation, o.class, o.requests * (20 + d % 7), 0, 4 + d,
                    o.requests * (20 + d % 7) * 4000, 21000, 0, 100000
                from generate_series(1, 13) d
                cross join (values ('listMembers', 2, 700), ('readMember', 2, 90), ('readMember', 4, 3)) o (operation, class, requests)""", academy.id(), widgets.id(), widgets.keyId());
    }
}
