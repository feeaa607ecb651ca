package app.spine;

import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.Keycloak;
import app.spine.testsupport.PackagedProgram;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of a real Keycloak, {@code -Pinterop}: what a client's own looks like there, and a person's. */
@Tag("interop")
@Timeout(600)
class KeycloakIT {

    private static final String PARTNER = "Partner-App";
    private static final String PARTNER_SECRET = "partner-secret";

    @TempDir
    static Path directory;

    private static Keycloak keycloak;
    private static ExternalServer server;
    private static PackagedProgram program;
    private static String adminKey;
    private static String consumer;

    @BeforeAll
    static void start() {
        keycloak = Keycloak.start(directory);
        server = ExternalServer.start(directory.resolve("server"));
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.put("SPINE_OIDC_ISSUER", keycloak.issuer());
        program = PackagedProgram.startReady(directory, environment);
        adminKey = PackagedProgram.createAcademy(directory, server.environment());
        consumer = as(adminKey)
                .contentType("application/json")
                .body("""
                        {"name": "Partner app", "owner_name": "Partner", "owner_email": "partner@example.com",
                         "environment": "live", "scopes": ["members:read", "tasks:read"]}""")
                .post("/v1/consumers")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        as(adminKey)
                .contentType("application/json")
                .body("{\"client_id\": \"" + PARTNER + "\"}")
                .put("/v1/consumers/{id}/oauth-client", consumer)
                .then()
                .statusCode(200)
                .body("oauth_client.issuer", is(keycloak.issuer()));
    }

    @AfterAll
    static void stop() {
        program.close();
        server.close();
        keycloak.close();
    }

    @Test
    void letsAClientInWithWhatItsTokenAndItsConsumerBothHold() {
        as(clientToken(PARTNER, PARTNER_SECRET, "members:read bookings:read"))
                .get("/v1/consumer")
                .then()
                .statusCode(200)
                .body("id", is(consumer))
                .body("scopes", contains("members:read"))
                .body("key", nullValue());
        as(clientToken(PARTNER, PARTNER_SECRET, "bookings:read"))
                .get("/v1/consumer")
                .then()
                .statusCode(200)
                .body("scopes", empty());
        as(clientToken(PARTNER, PARTNER_SECRET, "members:read"))
                .get("/v1/members")
                .then()
                .statusCode(200);
        assertRefused(
                as(clientToken(PARTNER, PARTNER_SECRET, "bookings:read")).get("/v1/members"),
                403,
                "insufficient_scope");
    }

    @Test
    void refusesAPersonsTokenOfTheSameClient() {
        Response tokens = personsTokens();
        assertInvalid(tokens.path("access_token"), "person's");
        assertInvalid(tokens.path("id_token"), "");
        // Keycloak signs these with a shared secret.
        assertInvalid(tokens.path("refresh_token"), "");
    }

    @Test
    void refusesAClientThatNobodyBoundAndATokenThatIsMeantForSomebodyElse() {
        assertInvalid(clientToken("other-app", "other-secret", "members:read operating-spine"), "bound to no consumer");
        assertInvalid(clientToken("other-app", "other-secret", "members:read"), "audience");
    }

    private static Response personsTokens() {
        Response tokens = keycloak.token(
                PARTNER,
                PARTNER_SECRET,
                Map.of(
                        "grant_type",
                        "password",
                        "username",
                        "alice",
                        "password",
                        "alice-password",
                        "scope",
                        "openid members:read"));
        assertThat(tokens.statusCode()).as(tokens.asString()).isEqualTo(200);
        return tokens;
    }

    private static String clientToken(String client, String secret, String scope) {
        Response answer = keycloak.token(client, secret, Map.of("grant_type", "client_credentials", "scope", scope));
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.path("access_token");
    }

    private static void assertInvalid(String token, String detail) {
        assertRefused(as(token).get("/v1/consumer"), 401, "token_invalid").body("detail", containsString(detail));
    }

    private static RequestSpecification as(String credential) {
        return RestAssured.given().baseUri(program.uri("/").toString()).header("Authorization", "Bearer " + credential);
    }
}
