package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import java.security.SecureRandom;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of an Origin header. */
class OriginHostTest {

    @ParameterizedTest
    @CsvSource({
        "https://widgets.example.com, widgets.example.com",
        "https://Widgets.Example.COM:8443, widgets.example.com",
        "http://localhost:3000, localhost",
        "capacitor://localhost, localhost",
        "https://192.0.2.7, 192.0.2.7",
        "https://[2001:db8::7]:443, [2001:db8::7]",
        "https://xn--bcher-kva.example, xn--bcher-kva.example",
    })
    void isTheHostAlone(String origin, String host) {
        assertThat(NoteOrigin.host(origin)).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "file://",
                "https://",
                "widgets.example.com",
                "https://example.com/members?name=Mia",
                "https://user:secret@example.com",
                "https://one.example https://two.example",
                "https://<script>alert(1)</script>",
                "https://example.com\u0000",
                "https://ex\u00e4mple.com",
                "https://a%2fb"
            })
    void isNothingOfWhatNamesNone(String origin) {
        assertThat(NoteOrigin.host(origin)).isNull();
    }

    @Test
    void isNoKeyAndNoPieceOfOne() {
        String key = KeyText.generate(Environment.LIVE, new SecureRandom());

        for (String origin : new String[] {"https://" + key, "https://" + key + ".example.com", key}) {
            assertThat(String.valueOf(NoteOrigin.host(origin)))
                    .doesNotContain(key.substring(11, 19))
                    .doesNotContain(key.substring(11, 19).toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void isNoLongerThanANameCanBe() {
        assertThat(NoteOrigin.host("https://" + "a".repeat(245))).hasSize(245);
        assertThat(NoteOrigin.host("https://" + "a".repeat(100_000))).hasSizeLessThanOrEqualTo(253);
    }
}
