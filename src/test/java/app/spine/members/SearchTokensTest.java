package app.spine.members;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTokensTest {

    @ParameterizedTest
    @CsvSource({
        "Jos\u00e9 Mu\u00f1oz, jose munoz",
        "Jose\u0301, jose",
        "Stra\u00dfe, strasse",
        "S\u00f8ren \u00c6bel\u00f8, soren aebelo",
        "\u0141ukasz \u0110or\u0111e, lukasz dorde",
        "\u0130nci I\u015f\u0131k, inci isik",
        "O'Brien, obrien brien",
        "O\u2019Brien, obrien brien",
        "Mary-Jane, maryjane jane",
        "Smith-O'Brien, smithobrien obrien brien",
        "Anna (Annie) Smith Jr., anna annie smith jr",
        "\u7530\u4e2d \u592a\u90ce, \u7530\u4e2d \u592a\u90ce",
        "\u0645\u062d\u0645\u062f, \u0645\u062d\u0645\u062f",
        "\u304c\u3093\u3070, \u304c\u3093\u3070",
        "\uae40\ubbfc\uc900, \uae40\ubbfc\uc900",
        "\u041d\u0438\u043a\u043e\u043b\u0430\u0439, \u043d\u0438\u043a\u043e\u043b\u0430\u0438",
        "\u0936\u094d\u0930\u0940, \u0936\u094d\u0930\u0940",
        "\uff21\uff4e\uff4e\uff41, anna",
        "'--', ''",
    })
    void foldsNames(String name, String tokens) {
        assertThat(SearchTokens.ofMember(List.of(name), List.of(), List.of()))
                .containsExactlyElementsOf(tokens.isEmpty() ? List.of() : List.of(tokens.split(" ", -1)));
    }

    @Test
    void holdsAddressesAndNumbers() {
        assertThat(SearchTokens.ofMember(
                        List.of("Anna"),
                        List.of("anna.smith+dojo@example.com"),
                        List.of("+61412345678", "+16502530000")))
                .containsExactly(
                        "anna",
                        "61412345678",
                        "0412345678",
                        "412345678",
                        "16502530000",
                        "6502530000",
                        "anna.smith+dojo@example.com",
                        "smith",
                        "dojo");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "anna SMITH, anna smith",
                "o'brien, obrien",
                "mary-jane, mary jane",
                "Anna.Smith@Exa, anna.smith@exa",
                "'<anna@example.com>,', anna@example.com",
                "@gmail, gmail",
                "+61 412 345 678, 61412345678",
                "+61 (0)412 345, 61412345",
                "+61 0412 345, 61412345",
                "(04) 1234-5678, 0412345678",
                "0011 61 412 345 678, 61412345678",
                "0061412345678, 61412345678",
                "anna 0412 345, anna 0412345",
                "0412 345 anna, 0412345 anna",
                "a b c d e f g, a b c d e",
                "anna anna, anna",
                "'', -",
                "' - + () . / ', -",
                "'\0 \ud83e \u00a0', -",
                "%_*, -",
            })
    void takesAQueryApart(String query, String terms) {
        assertThat(SearchTokens.ofQuery(query))
                .containsExactlyElementsOf(terms == null ? List.of() : List.of(terms.split(" ", -1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "O'Brien", "o\u2019brien", "Obrien", "brien", "Smith-O'Brien", "smith obrien", "Zo\u00eb Smith-O'Brien",
                        "zoe bri",
                "Stra\u00dfer", "strasser", "ZOE@EXAMPLE.COM", "zoe@", "+61 412 345 678", "0412345678", "412 345 678",
                        "0412 3",
                "+61 (0)412 345 678", "zoe 0412"
            })
    void findsOneMemberInManyWays(String query) {
        Set<String> tokens = SearchTokens.ofMember(
                List.of("Zo\u00eb Smith-O'Brien", "Stra\u00dfer"), List.of("zoe@example.com"), List.of("+61412345678"));

        assertFound(query, tokens);
    }

    @Test
    void everyStartOfANameOrAddressFindsIt() {
        String[] pieces = {
            "Anna",
            "O'",
            "-",
            " ",
            "d'Angelo",
            "M\u00fcller",
            "\u00c6r\u00f8",
            "\u0141",
            "\u7530\u4e2d",
            "\u304c",
            "\u0645\u062d",
            "\u0301",
            "\ud83e\udd4b",
            ".",
            "St",
            "\u00df",
            "\u2019",
            "\u03a3",
            "\ufb01"
        };
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(5); n >= 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            String name = text.toString();
            Set<String> tokens = SearchTokens.ofMember(List.of(name), List.of("anna.li-b@example.com"), List.of());
            assertFound(name, tokens);
            assertFound(
                    name.substring(
                            0, name.offsetByCodePoints(0, random.nextInt(name.codePointCount(0, name.length())))),
                    tokens);
            assertFound("anna.li-b@example.com".substring(0, random.nextInt(21)), tokens);
        }
    }

    @Test
    void boundsTokensAndTheirNumber() {
        String astral = "\ud840\udc00".repeat(100);
        assertThat(SearchTokens.ofMember(List.of(astral, "x".repeat(1000)), List.of(), List.of()))
                .containsExactly("\ud840\udc00".repeat(64), "x".repeat(64));
        assertThat(SearchTokens.ofQuery("x".repeat(100_000))).containsExactly("x".repeat(64));

        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            many.append(" n").append(i);
        }
        assertThat(SearchTokens.ofMember(List.of(many.toString()), List.of(), List.of()))
                .hasSize(64);
    }

    @Test
    void foldingTwiceChangesNothing() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String once = Folding.fold("a" + Character.toString(c) + "b");
            assertThat(Folding.fold(once)).isEqualTo(once);
        }
    }

    private static void assertFound(String query, Collection<String> tokens) {
        assertThat(SearchTokens.ofQuery(query))
                .as("terms of <%s> among %s", query, tokens)
                .allMatch(term -> tokens.stream().anyMatch(token -> token.startsWith(term)));
    }
}
