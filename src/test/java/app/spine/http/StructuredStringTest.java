package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredStringTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "\"8e03978e-40d5-43dd-bc93-6894a57f9324\" | 8e03978e-40d5-43dd-bc93-6894a57f9324",
                "8e03978e-40d5-43dd-bc93-6894a57f9324 | 8e03978e-40d5-43dd-bc93-6894a57f9324",
                "\"a\\\"b\\\\c\" | a\"b\\c",
                "\"\\\\\" | \\",
                "\"a,b;c\" | a,b;c",
                "a+b/c== | a+b/c==",
            },
            delimiter = '|')
    void readsBothSpellings(String header, String key) {
        assertThat(StructuredString.parse(header)).contains(key);
        assertThat(StructuredString.parse(" " + header + "\t")).contains(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\"",
                "\"\"",
                "\"a",
                "a\"",
                "\"a\"b",
                "\"a\"b\"",
                "\"a\\\"",
                "\"\\\"",
                "\"a\\b\"",
                "\"a\\",
                "\"a b\"",
                "a b",
                "a, b",
                "a,b",
                "a;b",
                "a\\b",
                "\"a\";p=1",
                "\"\u00e9\"",
                "\u00e9",
                "\"a\0\"",
                "a\u007f",
                "\"a\", \"b\""
            })
    void refusesEverythingElse(String header) {
        assertThat(StructuredString.parse(header)).isEmpty();
        assertThat(StructuredString.parse(null)).isEmpty();
    }

    @Test
    void holdsUpTo255Characters() {
        assertThat(StructuredString.parse("a".repeat(255))).isPresent();
        assertThat(StructuredString.parse("\"" + "\\\\".repeat(255) + "\"")).contains("\\".repeat(255));
        assertThat(StructuredString.parse("a".repeat(256))).isEmpty();
        assertThat(StructuredString.parse("\"" + "a".repeat(256) + "\"")).isEmpty();
    }

    @Test
    void everyQuotedTextComesBack() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(12);
            for (int n = 0; n < length; n++) {
                text.append(
                        random.nextInt(4) == 0 ? "\"\\".charAt(random.nextInt(2)) : (char) ('!' + random.nextInt(94)));
            }
            String quoted = "\"" + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";

            assertThat(StructuredString.parse(quoted)).contains(text.toString());
        }
    }
}
