package app.spine.portal;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.SignIn;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A provider that says in its access tokens what people are. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(AccessTokenClaimsTest.InAccessTokens.class)
class AccessTokenClaimsTest {

    public static class InAccessTokens extends SignIn {

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> overrides = new HashMap<>(super.getConfigOverrides());
            overrides.put("spine.oidc.claims-source", "access_token");
            return overrides;
        }
    }

    @Test
    void areReadThere() {
        Page home = Browser.open().signIn("/portal", Browser.at(Academy.open(), "sam"), "owner");
        assertThat(home.status()).as(home.body()).isEqualTo(200);
        assertThat(home.isOf("Sam", "Owner")).as(home.body()).isTrue();
    }
}
