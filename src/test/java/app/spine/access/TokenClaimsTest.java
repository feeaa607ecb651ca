package app.spine.access;

import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.Forwarder;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jose4j.jwt.JwtClaims;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tokens whose provider has names of its own for things, keeps its keys elsewhere, and says whose a client is. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(TokenClaimsTest.OfAnotherProvider.class)
class TokenClaimsTest {

    private static final String ISSUER = "https://id.example.com/";

    /** A system property, since the profile and the test live in different class loaders. */
    private static final String PORT = "test-claims-provider.port";

    /** Everything that can be called otherwise is. */
    public static class OfAnotherProvider implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            int port = Forwarder.freePort();
            System.setProperty(PORT, String.valueOf(port));
            return Map.of(
                    "spine.oidc.issuer",
                    ISSUER,
                    "spine.oidc.jwks-url",
                    OidcProvider.issuer(port) + "/certs",
                    "spine.oidc.audience",
                    "https://api.example.com",
                    "spine.oidc.client-claim",
                    "cid",
                    "spine.oidc.scope-claim",
                    "scp",
                    "spine.oidc.client-tenant-claim",
                    "academy");
        }
    }

    private static @Nullable OidcProvider opened;

    private final OidcProvider provider = provider();
    private final Academy academy = Academy.open();
    private final String client = "client-" + UUID.randomUUID();
    private final TestConsumer consumer = academy.consumer("members:read");

    /** One for all tests: the program believes its keys for minutes. */
    private static OidcProvider provider() {
        if (opened == null) {
            opened = OidcProvider.open(Integer.getInteger(PORT));
        }
        return Objects.requireNonNull(opened);
    }

    @Test
    void countByTheConfiguredNames() {
        bind();
        call(claims -> {})
                .then()
                .statusCode(200)
                .body("id", is(consumer.publicId()))
                .body("scopes", contains("members:read"));
    }

    @Test
    void doNotCountByTheUsualOnes() {
        bind();
        assertRefused(call(claims -> claims.unsetClaim("cid")), 401, "token_invalid");
        assertRefused(call(claims -> claims.setAudience(OidcProvider.AUDIENCE)), 401, "token_invalid");
        assertRefused(call(claims -> claims.setIssuer(provider.issuer())), 401, "token_invalid");
    }

    /** Whoever binds a client of others gets nothing from it. */
    @Test
    void countOnlyForTheAcademyThatTheyName() {
        bind();
        assertThat(call(claims -> {}).statusCode()).as("and remembered").isEqualTo(200);
        assertRefused(call(claims -> claims.setClaim("academy", slug(Academy.open()))), 401, "token_invalid");
        assertRefused(call(claims -> claims.setClaim("academy", "")), 401, "token_invalid");
        assertRefused(call(claims -> claims.setClaim("academy", 7)), 401, "token_invalid");
        assertRefused(call(claims -> claims.unsetClaim("academy")), 401, "token_invalid");
        assertThat(call(claims -> {}).statusCode()).isEqualTo(200);
    }

    private void bind() {
        Academy.execute(
                "update api_consumers set oauth_issuer = ?, oauth_client_id = ? where id = ?",
                ISSUER,
                client,
                consumer.id());
    }

    private Response call(Consumer<JwtClaims> change) {
        JwtClaims claims = provider.claims(client, "");
        claims.setIssuer(ISSUER);
        claims.setAudience("https://api.example.com");
        claims.unsetClaim("client_id");
        claims.unsetClaim("scope");
        claims.setClaim("cid", client);
        claims.setStringListClaim("scp", "members:read", "members:write");
        claims.setClaim("academy", slug(academy));
        change.accept(claims);
        return Calls.nobody()
                .header("Authorization", "Bearer " + provider.sign(claims))
                .get("/v1/consumer");
    }

    private static String slug(Academy academy) {
        return String.valueOf(Academy.query("select slug from tenants where id = ?", academy.id())
                .getFirst());
    }
}
