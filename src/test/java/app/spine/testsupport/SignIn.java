package app.spine.testsupport;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * An installation where people sign in, at the provider of Quarkus' dev service. Its people say themselves who they are
 * and which roles they have; {@code somebody@<slug>} is of the academy with that slug.
 */
public class SignIn implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "spine.oidc.issuer", "${quarkus.oidc.auth-server-url}",
                "spine.oidc.client-id", "quarkus-app",
                "spine.oidc.client-secret", "secret",
                "spine.oidc.roles-claim", "groups",
                "spine.oidc.nonce", "false",
                // All tests come from one address.
                "spine.oidc.sign-ins-per-minute", "100000");
    }
}
