package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.Forwarder;
import app.spine.testsupport.Keycloak;
import app.spine.testsupport.PackagedProgram;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** People sign in at a real Keycloak, {@code -Pinterop}. Its ID tokens live for four seconds here. */
@Tag("interop")
@Timeout(600)
class KeycloakSignInIT {

    private static final Pattern FORM = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");

    @TempDir
    static Path directory;

    private static Keycloak keycloak;
    private static Forwarder door;
    private static int doorPort;
    private static ExternalServer server;
    private static PackagedProgram program;
    private static String adminKey;

    /** A person's browser: what it knows of the portal and of the provider. */
    private final Browser portal = freshPortal();

    private final Browser provider = freshProvider();

    @BeforeAll
    static void start() {
        keycloak = Keycloak.start(directory, "portal");
        doorPort = Forwarder.freePort();
        door = Forwarder.open(doorPort, keycloak.port());
        server = ExternalServer.start(directory.resolve("server"));
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.put("SPINE_OIDC_ISSUER", keycloak.issuerAt(doorPort));
        environment.put("SPINE_OIDC_CLIENT_ID", "portal");
        environment.put("SPINE_OIDC_CLIENT_SECRET", "portal-secret");
        environment.put("SPINE_OIDC_SIGN_INS_PER_MINUTE", "1000");
        program = PackagedProgram.startReady(directory, environment);
        adminKey = PackagedProgram.createAcademy(directory, server.environment());
    }

    @AfterAll
    static void stop() {
        program.close();
        server.close();
        door.close();
        keycloak.close();
    }

    @ParameterizedTest
    @CsvSource({"olga,Olga Owner,Owner", "ada,Ada Admin,Admin", "otto,Otto Operator,Operator"})
    void letsEachRoleIn(String user, String name, String role) {
        Page home = signIn("/portal", user);
        assertThat(home.status()).as(home.body()).isEqualTo(200);
        assertThat(home.body()).contains("Harbour Martial Arts");
        assertThat(home.isOf(name, role)).as(home.body()).isTrue();
    }

    @Test
    void leadsAPartnerToItsInvitation() {
        Page page = signIn("/portal", "pat");
        assertThat(page.address().getPath()).isEqualTo("/portal/invitation");
        assertThat(page.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"vic,have no role here", "una,we do not know your academy"})
    void saysWhatToDoToWhoeverHasNothingHere(String user, String said) {
        Page page = signIn("/portal", user);
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains(said);
    }

    @Test
    void sendsEveryCookieOverHttpsAloneInProduction() {
        Page start = portal.get("/portal");
        assertThat(start.headers("set-cookie"))
                .isNotEmpty()
                .allSatisfy(cookie -> assertThat(cookie).containsIgnoringCase("Secure"));
    }

    @Test
    void renewsTheTokensWhileTheSessionIsInUse() throws InterruptedException {
        signIn("/portal", "ada");
        String before = String.valueOf(portal.cookie("q_session_portal"));
        // Beyond the life of the ID token, which is what this is about.
        Thread.sleep(Duration.ofSeconds(6));
        Page home = portal.get("/portal");
        assertThat(home.status()).isEqualTo(200);
        assertThat(portal.cookie("q_session_portal")).isNotEqualTo(before);
    }

    @Test
    void asksForTheProofAgainAndKnowsWhenItWasGiven() throws java.sql.SQLException {
        signIn("/portal", "olga");
        // A second sign-in of the same browser needs no form: the provider remembers.
        portal.setCookie("spine_session", null);
        Page quick = portal.follow(provider.get(location(portal.get("/portal"))));
        assertThat(quick.status()).as(quick.body()).isEqualTo(200);

        server.execute("update portal_sessions set started_at = started_at - interval '1 hour',"
                + " authenticated_at = authenticated_at - interval '1 hour'");
        Page start = portal.get("/portal/sign-in-again?page=/portal/invitation");
        assertThat(Browser.query(start.location().orElseThrow())).containsEntry("prompt", "login");
        Page form = provider.get(location(start));
        assertThat(form.status()).isEqualTo(200);
        Page back = portal.follow(submit(form, Map.of("username", "olga", "password", "password")));
        assertThat(back.address().getPath()).isEqualTo("/portal/invitation");
    }

    @Test
    void signsOutAtTheProviderToo() {
        Page you = signIn("/portal/you", "otto");
        Page out = portal.submit(you, "/portal/sign-out", Map.of());
        Matcher onward = Pattern.compile("url=([^\"]+)\"").matcher(out.body());
        assertThat(onward.find()).as(out.body()).isTrue();
        Page back = provider.get(onward.group(1).replace("&amp;", "&"));
        assertThat(back.header("Location").orElse(back.body())).contains("/portal/signed-out");
        assertThat(portal.follow(back).body()).contains("You are signed out");
        Page again = provider.get(location(portal.get("/portal")));
        assertThat(again.body()).contains("kc-form-login");
    }

    @Test
    void letsNobodyChooseItsOwnAcademy() {
        String token = RestAssured.given()
                .formParams(Map.of(
                        "grant_type",
                        "password",
                        "client_id",
                        "account-app",
                        "username",
                        "olga",
                        "password",
                        "password"))
                .post(keycloak.issuer() + "/protocol/openid-connect/token")
                .path("access_token");
        Response changed = RestAssured.given()
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json")
                .contentType("application/json")
                .body("""
                        {"username": "olga", "email": "olga@example.com", "firstName": "Olga", "lastName": "Owner",
                         "attributes": {"academy": ["nowhere"]}}""")
                .post(keycloak.issuer() + "/account");
        assertThat(changed.statusCode()).as(changed.asString()).isEqualTo(400);
        assertThat(changed.asString()).contains("academy");
        assertThat(signIn("/portal", "olga").body()).contains("Harbour Martial Arts");
    }

    @Test
    void goesOnWithoutTheProvider() {
        signIn("/portal", "ada");
        door.close();
        try {
            // The ID token lives on for a moment, and needs nobody.
            assertThat(portal.get("/portal").status()).isEqualTo(200);
            Awaitility.await("the provider is missed")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> freshPortal().get("/portal").status() == 503);
            assertThat(freshPortal().get("/portal").body()).contains("sign-in is not answering");
            assertThat(RestAssured.given()
                            .header("Authorization", "Bearer " + adminKey)
                            .get(program.uri("/v1/consumer"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(program.status("/health/ready")).isEqualTo(200);
        } finally {
            door = Forwarder.open(doorPort, keycloak.port());
        }
        Awaitility.await("the provider is found again")
                .atMost(Duration.ofSeconds(30))
                .until(() -> freshPortal().get("/portal").status() == 302);
    }

    private static Browser freshPortal() {
        return Browser.open(program.uri("/"));
    }

    private static Browser freshProvider() {
        return Browser.open(URI.create("http://127.0.0.1:" + doorPort));
    }

    private Page signIn(String path, String user) {
        Page form = provider.get(location(portal.get(path)));
        assertThat(form.status()).as(form.body()).isEqualTo(200);
        return portal.follow(submit(form, Map.of("username", user, "password", "password")));
    }

    private Page submit(Page form, Map<String, String> fields) {
        Matcher action = FORM.matcher(form.body());
        assertThat(action.find()).as(form.body()).isTrue();
        return provider.post(action.group(1).replace("&amp;", "&"), fields);
    }

    private static String location(Page page) {
        return page.header("Location").orElseThrow(() -> new AssertionError(page.status() + " " + page.body()));
    }
}
