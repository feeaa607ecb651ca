package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.ConfigurationTable.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The document of all settings is what the code says: {@code ./mvnw test -Dtest=ConfigurationTableTest
 * -Dspine.configuration.write=true} writes it anew.
 */
class ConfigurationTableTest {

    private static final Path DOCUMENT = Path.of("deploy/configuration.md");
    private static final String BEGIN = "<!-- settings: begin -->\n";
    private static final String END = "<!-- settings: end -->\n";

    /** What the program tells itself. */
    private static final Set<String> INTERNAL = Set.of("spine.embedded");

    private static final Pattern READ = Pattern.compile(
            "(?:@ConfigProperty\\(name = |getOptionalValue\\(|getValue\\(|isSet\\([a-z]+, )\"(spine\\.[a-z.-]+)\"");

    @Test
    void theDocumentHoldsEverySettingAsTheCodeHasIt() throws IOException {
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        String renewed = document.substring(0, begin)
                + ConfigurationTable.render(ConfigurationTable.read())
                + document.substring(document.indexOf(END));
        if (Boolean.getBoolean("spine.configuration.write")) {
            Files.writeString(DOCUMENT, renewed);
        }
        assertThat(Files.readString(DOCUMENT))
                .as("run ./mvnw test -Dtest=ConfigurationTableTest -Dspine.configuration.write=true")
                .isEqualTo(renewed);
    }

    @Test
    void everySettingHasAMeaning() throws IOException {
        List<Setting> settings = ConfigurationTable.read();
        assertThat(settings)
                .extracting(Setting::property)
                .contains(
                        "spine.peppers",
                        "spine.profile",
                        "spine.access.trusted-proxies",
                        "spine.demo",
                        "spine.demo.keys-file");
        assertThat(settings)
                .allMatch(setting ->
                        setting.meaning().length() > 20 && setting.meaning().endsWith("."));
    }

    @Test
    void nothingIsReadThatTheTableLacks() throws IOException {
        Set<String> known = new HashSet<>(INTERNAL);
        ConfigurationTable.read().forEach(setting -> known.add(setting.property()));
        Set<String> read = new TreeSet<>();
        try (var sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                Matcher matcher = READ.matcher(Files.readString(source));
                while (matcher.find()) {
                    read.add(matcher.group(1));
                }
            }
        }
        assertThat(known).containsAll(read);
    }
}
