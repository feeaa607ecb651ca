package app.spine.portal;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An installation where nobody signs in. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class SignInOffTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/portal",
                "/portal/invitation",
                "/portal/callback?code=x&state=y",
                "/portal/sign-in-again",
                "/portal/x"
            })
    void saysHowToConfigureIt(String path) {
        Page page = Browser.open().get(path);
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.body()).contains("Sign-in is not configured here", "SPINE_OIDC_CLIENT_ID");
        assertThat(page.header("Content-Security-Policy")).isPresent();
    }

    @Test
    void leavesTheSwitchWithoutEffect() {
        assertThat(Browser.open().get("/portal/switch").header("Location").orElse(""))
                .endsWith("/portal");
    }

    @Test
    void takesKeys() {
        assertThat(Calls.as(Academy.open().consumer()).get("/v1/consumer").statusCode())
                .isEqualTo(200);
    }
}
