package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.PackagedProgram;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, native or not, finds a provider's keys and proves tokens by them. */
@Timeout(120)
class ClientTokenIT {

    @TempDir
    Path directory;

    @Test
    void provesTokensByTheKeysOfTheirProvider() {
        try (OidcProvider provider = OidcProvider.open(0);
                PackagedProgram program = PackagedProgram.startReady(directory, environment(provider))) {
            TestConsumer consumer = Academy.open().consumer("members:read");
            String client = "client-" + UUID.randomUUID();
            Academy.execute(
                    "update api_consumers set oauth_issuer = ?, oauth_client_id = ? where id = ?",
                    provider.issuer(),
                    client,
                    consumer.id());

            assertThat(call(program, provider.token(client, "members:read")).statusCode())
                    .as("RSA")
                    .isEqualTo(200);

            PublicJsonWebKey elliptic = OidcProvider.ec("elliptic");
            provider.rotate(elliptic, true);
            Response proven = call(program, provider.token(client, "members:read"));
            assertThat(proven.statusCode()).as("ECDSA, by a key fetched anew").isEqualTo(200);
            assertThat(proven.jsonPath().getString("id")).isEqualTo(consumer.publicId());

            PublicJsonWebKey forged = OidcProvider.ec("elliptic");
            Response refused = call(program, OidcProvider.sign(provider.claims(client, "members:read"), forged));
            assertThat(refused.statusCode()).as("another key's signature").isEqualTo(401);
            assertThat(refused.jsonPath().getString("code")).isEqualTo("token_invalid");
        }
    }

    private static Map<String, String> environment(OidcProvider provider) {
        Map<String, String> environment = new HashMap<>();
        EmbeddedDatabaseResource.properties()
                .forEach((name, value) -> environment.put(ExternalServer.variable(name), value));
        environment.remove("SPINE_EMBEDDED");
        environment.put("SPINE_OIDC_ISSUER", provider.issuer());
        environment.put("SPINE_OIDC_KEYS_DISTANCE", "PT0S");
        // The first fetch finds a JVM that has compiled nothing yet, and is not made again.
        environment.put("SPINE_OIDC_PATIENCE", "PT20S");
        return environment;
    }

    private static Response call(PackagedProgram program, String token) {
        return RestAssured.given()
                .baseUri(program.uri("/").toString())
                .header("Authorization", "Bearer " + token)
                .get("/v1/consumer");
    }
}
