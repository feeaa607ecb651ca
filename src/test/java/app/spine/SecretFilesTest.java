package app.spine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {

    @TempDir
    Path directory;

    private Path secret;

    @BeforeEach
    void writeSecret() throws IOException {
        secret = Files.writeString(directory.resolve("secret"), "correct horse\n");
    }

    @Test
    void givesASettingWhatItsFileHolds() {
        SmallRyeConfig config = config(Map.of(
                "QUARKUS_DATASOURCE_PASSWORD_FILE", secret.toString(),
                "SPINE_PEPPERS_FILE", secret.toString(),
                "QUARKUS_OIDC_CREDENTIALS_SECRET_FILE", secret.toString()));

        assertThat(config.getValue("quarkus.datasource.password", String.class)).isEqualTo("correct horse");
        assertThat(config.getValue("spine.peppers", String.class)).isEqualTo("correct horse");
        assertThat(config.getValue("quarkus.oidc.credentials.secret", String.class))
                .isEqualTo("correct horse");
    }

    @Test
    void leavesAloneWhateverNamesNoSecret() {
        SmallRyeConfig config = config(Map.of(
                "SPINE_DEMO_KEYS_FILE", "/nowhere/keys.env",
                "HOME_PASSWORD_FILE", "/nowhere/password",
                "SPINE_PEPPERS_FILE", " "));

        assertThat(config.getOptionalValue("spine.demo.keys", String.class)).isEmpty();
        assertThat(config.getOptionalValue("home.password", String.class)).isEmpty();
        assertThat(config.getOptionalValue("spine.peppers", String.class)).isEmpty();
    }

    @Test
    void refusesAFileThatIsNotThereOrEmpty() throws IOException {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> config(Map.of("SPINE_PEPPERS_FILE", missing.toString())))
                .isInstanceOf(UnusableSecretFileException.class)
                .hasMessageContainingAll("SPINE_PEPPERS_FILE", missing.toString(), "cannot be read");

        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        assertThatThrownBy(() -> config(Map.of("SPINE_PEPPERS_FILE", empty.toString())))
                .isInstanceOf(UnusableSecretFileException.class)
                .hasMessageContainingAll("SPINE_PEPPERS_FILE", "empty");
    }

    @Test
    void refusesASecretThatIsSetBothWaysAndShowsNeither() {
        assertThatThrownBy(() ->
                        config(Map.of("SPINE_PEPPERS", "battery staple", "SPINE_PEPPERS_FILE", secret.toString())))
                .isInstanceOf(UnusableSecretFileException.class)
                .hasMessage("SPINE_PEPPERS and SPINE_PEPPERS_FILE are both set: set one of them.");
    }

    private static SmallRyeConfig config(Map<String, String> environment) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();
        new SecretFiles(environment)
                .getConfigSources(SecretFilesTest.class.getClassLoader())
                .forEach(builder::withSources);
        return builder.build();
    }
}
