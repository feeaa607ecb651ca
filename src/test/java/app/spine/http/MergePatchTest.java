package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** All examples of RFC 7396, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\":\"b\"} | {\"a\":\"c\"} | {\"a\":\"c\"}",
                "{\"a\":\"b\"} | {\"b\":\"c\"} | {\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"} | {\"a\":null} | {}",
                "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null} | {\"b\":\"c\"}",
                "{\"a\":[\"b\"]} | {\"a\":\"c\"} | {\"a\":\"c\"}",
                "{\"a\":\"c\"} | {\"a\":[\"b\"]} | {\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}} | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]} | {\"a\":[1]}",
                "[\"a\",\"b\"] | [\"c\",\"d\"] | [\"c\",\"d\"]",
                "{\"a\":\"b\"} | [\"c\"] | [\"c\"]",
                "{\"a\":\"foo\"} | null | null",
                "{\"a\":\"foo\"} | \"bar\" | \"bar\"",
                "{\"e\":null} | {\"a\":1} | {\"e\":null,\"a\":1}",
                "[1,2] | {\"a\":\"b\",\"c\":null} | {\"a\":\"b\"}",
                "{} | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}",
            })
    void appliesAsTheRfcSays(String target, String patch, String result) throws JsonProcessingException {
        JsonNode original = JSON.readTree(target);

        assertThat(MergePatch.apply(original, JSON.readTree(patch))).isEqualTo(JSON.readTree(result));
        assertThat(original).isEqualTo(JSON.readTree(target));
    }

    @Test
    void tellsAbsentNullAndSetApart() {
        MergePatch patch = patch("{'a': null, 'b': 1}");

        assertThat(patch.members()).containsExactly("a", "b");
        assertThat(patch.has("a")).isTrue();
        assertThat(patch.isNull("a")).isTrue();
        assertThat(patch.isSet("a")).isFalse();
        assertThat(patch.isSet("b")).isTrue();
        assertThat(patch.has("c") || patch.isNull("c") || patch.isSet("c")).isFalse();
    }

    @Test
    void keepsWhatIsAbsentAndRemovesWhatIsNull() {
        MergePatch patch = patch("{'name': 'Mia', 'nickname': null, 'born': '2015-02-28', 'active': false}");

        assertThat(patch.requiredText("name", "Old")).isEqualTo("Mia");
        assertThat(patch.text("nickname", "Mimi")).isNull();
        assertThat(patch.text("note", "kept")).isEqualTo("kept");
        assertThat(patch.date("born", null)).isEqualTo(LocalDate.of(2015, 2, 28));
        assertThat(patch.requiredFlag("active", true)).isFalse();
        assertThat(patch.number("count", 3L)).isEqualTo(3);
        assertThat(patch.faults()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = '|',
            value = {
                "1 | text | wrong_type",
                "'a\\u0000b' | text | bad_value",
                "'\\ud83e' | text | bad_value",
                "null | requiredText | invalid",
                "'1' | number | wrong_type",
                "1.5 | number | bad_value",
                "9223372036854775808 | number | bad_value",
                "1e999999999 | number | bad_value",
                "'true' | requiredFlag | wrong_type",
                "'2027-02-29' | date | bad_value",
                "'+99999-01-01' | date | bad_value",
                "20270101 | date | wrong_type",
                "'2027-01-01T00:00:00' | instant | bad_value",
                "[] | inner | wrong_type",
            })
    void notesWhatCannotBeReadAndKeepsTheCurrentValue(String value, String reader, String code) {
        MergePatch patch = patch("{'a/b~c': " + value + "}");
        Object kept = switch (reader) {
            case "text" -> patch.text("a/b~c", "current");
            case "requiredText" -> patch.requiredText("a/b~c", "current");
            case "number" -> patch.number("a/b~c", 1L);
            case "requiredFlag" -> patch.requiredFlag("a/b~c", true);
            case "date" -> patch.date("a/b~c", LocalDate.EPOCH);
            case "instant" -> patch.instant("a/b~c", Instant.EPOCH);
            default -> patch.inner("a/b~c") == null;
        };

        assertThat(kept).isIn("current", 1L, true, LocalDate.EPOCH, Instant.EPOCH);
        assertThat(patch.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo("/a~1b~0c");
            assertThat(fault.code()).isEqualTo(code);
            assertThat(fault.detail()).endsWith(".");
        });
    }

    @Test
    void readsNumbersAndTimesAsTheyAreWritten() {
        MergePatch patch = patch("{'n': 2.0, 'e': 1e3, 'm': -9223372036854775808, 't': '2027-04-03T12:00:00.5+10:00'}");

        assertThat(patch.number("n", null)).isEqualTo(2);
        assertThat(patch.number("e", null)).isEqualTo(1000);
        assertThat(patch.number("m", null)).isEqualTo(Long.MIN_VALUE);
        assertThat(patch.instant("t", null)).isEqualTo(Instant.parse("2027-04-03T02:00:00.5Z"));
    }

    @Test
    void notesFaultsOfInnerObjectsAndUnknownMembersTogether() {
        MergePatch patch =
                patch("{'limits': {'burst': 'x', 'odd': 1}, 'odd': 2}").only(Set.of("limits"));
        MergePatch limits = patch.inner("limits");
        assertThat(limits).isNotNull();
        limits.only(Set.of("burst")).number("burst", null);

        assertThat(patch.faults())
                .extracting(MergePatch.Fault::pointer, MergePatch.Fault::code)
                .map(Object::toString)
                .containsExactly(
                        "(\"/odd\", \"unknown_member\")",
                        "(\"/limits/odd\", \"unknown_member\")",
                        "(\"/limits/burst\", \"wrong_type\")");
    }

    @Test
    void boundsTheNumberOfFaults() {
        ObjectNode many = JSON.createObjectNode();
        for (int i = 0; i < 1000; i++) {
            many.put("member" + i, i);
        }
        assertThat(MergePatch.of(many).only(Set.of()).faults()).hasSize(100);
    }

    private static MergePatch patch(String json) {
        try {
            return MergePatch.of((ObjectNode) JSON.readTree(json.replace('\'', '"')));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
