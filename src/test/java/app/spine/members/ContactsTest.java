package app.spine.members;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.members.Contacts.Result.Normalised;
import app.spine.members.Contacts.Result.Refused;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContactsTest {

    @ParameterizedTest
    @CsvSource({
        "Anna.Smith@Example.COM, anna.smith@example.com",
        "'\u00a0 anna@example.com\t', anna@example.com",
        "anna+dojo@b\u00fccher.example, anna+dojo@xn--bcher-kva.example",
        "anna@B\u00dcCHER.example, anna@xn--bcher-kva.example",
        "ZOE\u0308@example.com, zo\u00eb@example.com",
        "o'brien@example.com, o'brien@example.com",
        "a@b.co, a@b.co",
    })
    void bringsAnAddressToOneForm(String raw, String normalised) {
        assertThat(Contacts.normalise(ContactType.EMAIL, raw)).isEqualTo(new Normalised(normalised));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "anna",
                "@example.com",
                "anna@",
                "anna@b@example.com",
                "anna@gmail",
                "an na@example.com",
                "anna@exam ple.com",
                "anna@example.com.",
                "anna@.example.com",
                "anna@example..com",
                "anna@-example.com",
                "anna@exa_mple.com",
                "anna@[127.0.0.1]",
                "anna\0@example.com",
                "anna@example.com\0",
                "anna\ud83e@example.com",
                "anna\u200b@example.com",
                "anna\n@example.com",
                "anna\u00a0b@example.com"
            })
    void refusesWhatIsNoAddress(String raw) {
        assertRefused(ContactType.EMAIL, raw);
    }

    @Test
    void holdsUpTo254Characters() {
        String domain = ("a".repeat(60) + ".").repeat(3) + "com";
        String longest = "x".repeat(254 - 1 - domain.length()) + "@" + domain;

        assertThat(Contacts.normalise(ContactType.EMAIL, longest)).isEqualTo(new Normalised(longest));
        assertRefused(ContactType.EMAIL, "x" + longest);
        assertRefused(ContactType.EMAIL, "x".repeat(1_000_000) + "@example.com");
    }

    /** 0491 570 006 and 02 5550 xxxx are kept for fiction by the Australian authority. */
    @ParameterizedTest
    @CsvSource({
        "0491 570 006, +61491570006",
        "'+61 491 570 006', +61491570006",
        "+61 (0)491 570 006, +61491570006",
        "0011 61 491 570 006, +61491570006",
        "(02) 5550 1234, +61255501234",
        "491570006, +61491570006",
        "'\u202a0491-570-006\u202c', +61491570006",
        "\uff10491570006, +61491570006",
        "1300 975 707, +611300975707",
        "13 12 13, +61131213",
        "+1 650 253 0000, +16502530000",
        "+64 21 123 4567, +64211234567",
    })
    void bringsANumberToE164(String raw, String normalised) {
        assertThat(Contacts.normalise(ContactType.PHONE, raw)).isEqualTo(new Normalised(normalised));
        assertThat(Contacts.normalise(ContactType.PHONE, normalised)).isEqualTo(new Normalised(normalised));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "0",
                "000",
                "12345",
                "0412 345",
                "0412 345 678 9",
                "+61 412 345",
                "1300 FLOWERS",
                "ring 0412345678",
                "0412345678 x5",
                "0412345678#5",
                "+999 412345678",
                "0412\0345678",
                "\ud83e0412345678",
                "+",
                "()",
                "0099 999 999",
                "0412 345 678 / 0412 345 679"
            })
    void refusesWhatIsNoNumber(String raw) {
        assertRefused(ContactType.PHONE, raw);
    }

    @ParameterizedTest
    @EnumSource
    void neverThrowsAndStaysAsItIs(ContactType type) {
        String[] pieces = {
            "anna",
            "@",
            ".",
            "example.com",
            "\u00fc",
            "\u00df",
            "\u0130",
            "\u3002",
            "xn--",
            "-",
            " ",
            "\0",
            "\ud83e",
            "\udd4b",
            "\ud83e\udd4b",
            "\u0661",
            "0412345678",
            "+61",
            "4",
            "(",
            ")",
            ";ext=5",
            "\u0301",
            "\u05d0",
            "\u0627",
            "\uffff"
        };
        Random random = new Random(1);
        for (int i = 0; i < 30_000; i++) {
            StringBuilder raw = new StringBuilder();
            for (int n = random.nextInt(7); n >= 0; n--) {
                raw.append(pieces[random.nextInt(pieces.length)]);
            }
            if (Contacts.normalise(type, raw.toString()) instanceof Normalised once) {
                assertThat(Contacts.normalise(type, once.value())).isEqualTo(once);
            }
        }
    }

    private static void assertRefused(ContactType type, String raw) {
        assertThat(Contacts.normalise(type, raw))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).endsWith("."));
    }
}
