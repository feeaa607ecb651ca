package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ETagsTest {

    @Test
    void namesVersionAndVariant() {
        assertThat(ETags.of(7, "c")).isEqualTo("\"7-c\"");
        assertThat(ETags.of(7, "")).isEqualTo("\"7\"");
        assertThatThrownBy(() -> ETags.of(7, "a\"b")).isInstanceOf(IllegalArgumentException.class);
    }

    /** RFC 9110, section 8.8.3.2: the table of comparisons. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "W/\"1\", W/\"1\", false, true",
                "W/\"1\", W/\"2\", false, false",
                "W/\"1\", \"1\", false, true",
                "\"1\", W/\"1\", false, true",
                "\"1\", \"1\", true, true",
            })
    void comparesStronglyAndWeakly(String header, String current, boolean strongly, boolean weakly) {
        assertThat(ETags.ifMatch(header, current)).isEqualTo(strongly);
        assertThat(ETags.ifNoneMatch(header, current)).isEqualTo(!weakly);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"7-c\"",
                " \"7-c\"\t",
                "*",
                " * ",
                "\"6-c\", \"7-c\"",
                "\"6-c\",\"7-c\"",
                ",, \"7-c\" ,",
                "W/\"7-c\", \"7-c\"",
                "\"a,b\", \"7-c\", \"\"",
                "\"\u00e9\", \"7-c\"",
            })
    void findsTheTag(String header) {
        assertThat(ETags.ifMatch(header, "\"7-c\"")).isTrue();
        assertThat(ETags.ifNoneMatch(header, "\"7-c\"")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "7-c",
                "\"7-c",
                "7-c\"",
                "\"7-C\"",
                "\"7-c \"",
                "\"7-\"",
                "\"7-cc\"",
                "w/\"7-c\"",
                "W/7-c",
                "W/",
                "\"7-c\" \"8-c\"",
                "\"7-c\", nonsense",
                "\"7-c\", *",
                "*, \"7-c\"",
                "**",
                "\"7-c\"\"",
                "\"a b\", \"7-c\"",
                "\"7\\\"-c\"",
                "\"7-c\";x",
            })
    void countsAMalformedOrOtherHeaderForNothing(String header) {
        assertThat(ETags.ifMatch(header, "\"7-c\"")).isFalse();
        assertThat(ETags.ifNoneMatch(header, "\"7-c\"")).isTrue();
    }

    @Test
    void anAbsentHeaderMatchesNothingAndAsksForEverything() {
        assertThat(ETags.ifMatch(null, "\"1\"")).isFalse();
        assertThat(ETags.ifNoneMatch(null, "\"1\"")).isTrue();
    }
}
