package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    private static final String SECRET = "0123456789abcdefghijABCDEFGHIJ012345";
    private static final Pattern PIECE_OF_A_KEY = Pattern.compile("spine_(live|test)_[0-9A-Za-z]{8}");

    @ParameterizedTest
    @ValueSource(
            strings = {"", "curl/8.5.0", "Zo\u00eb \ud83e\udd4b", "spine_live_abcd\u2026", "spine_other_" + SECRET})
    void returnsCleanTextItself(String text) {
        assertThat(Redaction.clean(text, 100)).isSameAs(text);
    }

    @Test
    void redactsKeysAndPiecesOfKeys() {
        assertThat(Redaction.clean("Bearer spine_live_" + SECRET + " x", 100))
                .isEqualTo("Bearer spine_live_[redacted] x");
        assertThat(Redaction.clean("spine_test_" + SECRET + "spine_live_" + SECRET, 100))
                .isEqualTo("spine_test_[redacted]spine_live_[redacted]");
        assertThat(Redaction.clean("spine_test_0123456789spine_live_" + SECRET, 100))
                .isEqualTo("spine_test_[redacted]spine_live_[redacted]");
        assertThat(Redaction.clean("k=spine_test_01234567", 100)).isEqualTo("k=spine_test_[redacted]");
        assertThat(Redaction.clean("spine_spine_live_" + SECRET, 100)).isEqualTo("spine_spine_live_[redacted]");
    }

    @Test
    void redactsBeforeItCuts() {
        String text = "Bearer spine_live_" + SECRET;
        for (int length = 0; length <= text.length(); length++) {
            String clean = Redaction.clean(text, length);
            assertThat(clean).hasSizeLessThanOrEqualTo(length).doesNotContain("0");
        }
    }

    @Test
    void replacesWhatCannotBeStored() {
        assertThat(Redaction.clean("a\0b\nc\u007fd\u0085e", 100)).isEqualTo("a\ufffdb\ufffdc\ufffdd\ufffde");
        assertThat(Redaction.clean("\ud83e", 100)).isEqualTo("\ufffd");
        assertThat(Redaction.clean("\udd4b\ud83e", 100)).isEqualTo("\ufffd\ufffd");
        assertThat(Redaction.clean(null, 100)).isEmpty();
    }

    @Test
    void cutsBetweenCodePoints() {
        assertThat(Redaction.clean("\ud83e\udd4b\ud83e\udd4b", 1)).isEqualTo("\ud83e\udd4b");
        assertThat(Redaction.clean("\ud83e\udd4b\ud83e\udd4b", 2)).isEqualTo("\ud83e\udd4b\ud83e\udd4b");
        assertThat(Redaction.clean("abc", 0)).isEmpty();
    }

    @Test
    void whateverComesInIsStorableBoundedAndWithoutKeys() {
        String[] pieces = {
            "spine_",
            "live_",
            "test_",
            SECRET,
            "spine_live_" + SECRET,
            "a",
            " ",
            "\0",
            "\ud83e",
            "\udd4b",
            "\u00e9",
            "_"
        };
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(8); n >= 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            int maxLength = random.nextInt(80);

            String clean = Redaction.clean(text.toString(), maxLength);

            assertThat(clean.codePointCount(0, clean.length())).isLessThanOrEqualTo(maxLength);
            assertThat(clean.chars().noneMatch(Character::isISOControl)).isTrue();
            assertThat(PIECE_OF_A_KEY.matcher(clean).find()).isFalse();
            assertThat(new String(clean.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(clean);
            assertThat(Redaction.clean(clean, maxLength)).isSameAs(clean);
        }
    }
}
