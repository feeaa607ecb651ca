package app.spine.portal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.consumers.Peppers;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderSettingsTest {

    private static final Peppers PEPPERS = Peppers.parse("1:"
            + Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString("a pepper of 32 bytes or more here".getBytes(UTF_8)));

    @ParameterizedTest
    @ValueSource(strings = {"https://spine.example.com", "https://spine.example.com/", "http://localhost:8080"})
    void takesAnAddressOfBrowsers(String url) {
        assertThatCode(() -> check("spine.oidc.portal-url", url)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"spine.example.com", "https://spine.example.com/portal", "ftp://x", "https://a@b", "https:// "})
    void endsTheStartOverAnyOther(String url) {
        assertThatThrownBy(() -> check("spine.oidc.portal-url", url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("https://spine.example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "1234567890123456789012345678901"})
    void endsTheStartOverAWeakSecretAndDoesNotSayIt(String secret) {
        assertThatThrownBy(() -> check("spine.oidc.session-secret", secret))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("32 characters")
                .hasMessageNotContaining(secret);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "abababababababababababababababababab",
                "12341234123412341234123412341234",
                "changemechangemechangemechangeme"
            })
    void endsTheStartOverASecretThatRepeatsItself(String secret) {
        assertThatThrownBy(() -> check("spine.oidc.session-secret", secret))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("8 different characters")
                .hasMessageNotContaining(secret);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5f9c2e7ab01d4836c7e2f0a91b3d5864", "q0Zr7mB2xW9sK4vT1nL8cY6hJ3gF5dPa="})
    void takesARandomSecret(String secret) {
        assertThatCode(() -> check("spine.oidc.session-secret", secret)).doesNotThrowAnyException();
    }

    private static void check(String setting, String value) {
        SignInConfig config = new SmallRyeConfigBuilder()
                .withMapping(SignInConfig.class)
                .withSources(new PropertiesConfigSource(Map.of(setting, value), "test", 1))
                .build()
                .getConfigMapping(SignInConfig.class);
        new ProviderSettings(config, PEPPERS).check(new StartupEvent());
    }
}
