package app.spine.access;

import static app.spine.testsupport.Calls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An installation without an OIDC provider. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(TokenOffTest.WithoutProvider.class)
class TokenOffTest {

    /** As it is without any setting. */
    public static class WithoutProvider implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("spine.oidc.issuer", "");
        }
    }

    private final Academy academy = Academy.open();

    @Test
    void takesKeysAndSaysOfATokenThatNoProviderIsConfigured() {
        TestConsumer consumer = academy.consumer();
        assertThat(Calls.as(consumer).get("/v1/consumer").statusCode()).isEqualTo(200);
        assertRefused(
                        Calls.nobody()
                                .header("Authorization", "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln")
                                .get("/v1/consumer"),
                        401,
                        "token_invalid")
                .header("WWW-Authenticate", "Bearer realm=\"operating-spine\", error=\"invalid_token\"")
                .body("detail", containsString("not configured"));
    }

    @Test
    void bindsNoClient() {
        TestConsumer admin = academy.consumer("consumers:write");
        assertRefused(
                        Calls.as(admin, "{\"client_id\": \"app\"}")
                                .put("/v1/consumers/{id}/oauth-client", admin.publicId()),
                        409,
                        "conflict")
                .body("detail", containsString("spine.oidc.issuer"));
    }
}
