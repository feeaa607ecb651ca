package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.BetterAuth;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.Forwarder;
import app.spine.testsupport.PackagedProgram;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** People sign in at a real Better Auth, {@code -Pinterop}. */
@Tag("interop")
@Timeout(600)
class BetterAuthSignInIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static ExternalServer server;
    private static PackagedProgram program;
    private static PackagedProgram asksForUserinfo;
    private static BetterAuth betterAuth;
    private static URI provider;

    private final Browser portal = freshPortal();
    private final Browser atProvider = freshProvider();

    /** The program first, which needs no provider to start. */
    @BeforeAll
    static void start() {
        int port = Forwarder.freePort();
        provider = URI.create("http://127.0.0.1:" + port);
        server = ExternalServer.start(directory.resolve("server"));
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.put("SPINE_OIDC_ISSUER", BetterAuth.issuerAt(port));
        environment.put("SPINE_OIDC_CLIENT_ID", BetterAuth.CLIENT);
        environment.put("SPINE_OIDC_CLIENT_SECRET", BetterAuth.SECRET);
        environment.put("SPINE_OIDC_SCOPES", "profile,email,offline_access");
        program = PackagedProgram.startReady(directory, environment);
        environment.put("SPINE_OIDC_CLAIMS_SOURCE", "userinfo");
        environment.put("SPINE_OIDC_TENANT_CLAIM", "membership/academy");
        environment.put("SPINE_OIDC_ROLES_CLAIM", "membership/roles");
        asksForUserinfo = PackagedProgram.startReady(directory, environment);
        betterAuth = BetterAuth.start(
                directory,
                port,
                program.uri("/portal/callback").toString(),
                asksForUserinfo.uri("/portal/callback").toString());
        var _ = PackagedProgram.createAcademy(directory, server.environment());
    }

    @AfterAll
    static void stop() {
        betterAuth.close();
        program.close();
        asksForUserinfo.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"olga,Owner", "ada,Admin"})
    void letsEachRoleIn(String user, String role) throws JsonProcessingException {
        Page home = signIn("/portal", user);
        assertThat(home.status()).as(home.body()).isEqualTo(200);
        assertThat(home.body()).contains("Harbour Martial Arts");
        assertThat(home.isOf(user, role)).as(home.body()).isTrue();
    }

    @Test
    void findsTheClaimsInUserinfo() throws JsonProcessingException {
        Browser elsewhere = Browser.open(asksForUserinfo.uri("/"));
        Page home = elsewhere.follow(elsewhere.get(prove(location(elsewhere.get("/portal")), "ada")));
        assertThat(home.status()).as(home.body()).isEqualTo(200);
        assertThat(home.isOf("ada", "Admin")).as(home.body()).isTrue();
    }

    @Test
    void saysWhatToDoToWhoeverHasNoRole() throws JsonProcessingException {
        Page page = signIn("/portal", "vic");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("have no role here");
    }

    @Test
    void asksForTheProofAgain() throws Exception {
        signIn("/portal", "olga");
        server.execute("update portal_sessions set started_at = started_at - interval '1 hour',"
                + " authenticated_at = authenticated_at - interval '1 hour'");
        Page start = portal.get("/portal/sign-in-again?page=/portal/invitation");
        assertThat(Browser.query(start.location().orElseThrow())).containsEntry("prompt", "login");
        Page back = portal.follow(portal.get(prove(location(start), "olga")));
        assertThat(back.address().getPath()).isEqualTo("/portal/invitation");
    }

    @Test
    void signsOutAtTheProviderToo() throws JsonProcessingException {
        Page you = signIn("/portal/you", "ada");
        Page out = portal.submit(you, "/portal/sign-out", Map.of());
        Matcher onward = Pattern.compile("url=([^\"]+)\"").matcher(out.body());
        assertThat(onward.find()).as(out.body()).isTrue();
        Page back = atProvider.get(onward.group(1).replace("&amp;", "&"));
        assertThat(back.header("Location").orElse(back.body())).contains("/portal/signed-out");
        assertThat(location(atProvider.get(location(portal.get("/portal"))))).startsWith("/sign-in?");
    }

    private static Browser freshPortal() {
        return Browser.open(program.uri("/"));
    }

    private static Browser freshProvider() {
        return Browser.open(provider);
    }

    private Page signIn(String path, String user) throws JsonProcessingException {
        return portal.follow(portal.get(prove(location(portal.get(path)), user)));
    }

    /** What the page of the provider does: it sends the proof with the query that it was opened with. */
    private String prove(String authorize, String user) throws JsonProcessingException {
        String page = location(atProvider.get(authorize));
        assertThat(page).startsWith("/sign-in?");
        Page proven = atProvider.send(HttpRequest.newBuilder(provider.resolve("/api/auth/sign-in/email"))
                .header("Content-Type", "application/json")
                .header("Origin", provider.toString())
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(Map.of(
                        "email",
                        user + "@example.com",
                        "password",
                        BetterAuth.PASSWORD,
                        "oauth_query",
                        page.substring(page.indexOf('?') + 1))))));
        assertThat(proven.status()).as(proven.body()).isEqualTo(200);
        return JSON.readTree(proven.body()).path("url").asText();
    }

    private static String location(Page page) {
        return page.header("Location").orElseThrow(() -> new AssertionError(page.status() + " " + page.body()));
    }
}
