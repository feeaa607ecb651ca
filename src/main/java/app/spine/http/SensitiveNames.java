package app.spine.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names of fields speak of something sensitive, word by word, in the spelling of columns and JSON members. */
public final class SensitiveNames {

    private static final Set<String> WORDS = Set.of(
            // Who somebody is and how to reach them.
            "name",
            "names",
            "surname",
            "nickname",
            "birth",
            "birthday",
            "dob",
            "gender",
            "sex",
            "email",
            "emails",
            "mail",
            "phone",
            "phones",
            "mobile",
            "contact",
            "contacts",
            "address",
            "addresses",
            "street",
            "postcode",
            "ip",
            "agent",
            "subject",
            "passport",
            "licence",
            "license",
            "photo",
            "emergency",
            // Money that is somebody's.
            "iban",
            "bsb",
            "card",
            "account",
            "tax",
            // Health, and texts in which people write of it.
            "medical",
            "health",
            "diagnosis",
            "allergy",
            "allergies",
            "injury",
            "injuries",
            "medication",
            "disability",
            "reason",
            "reasons",
            "note",
            "notes",
            "comment",
            "comments",
            // What opens something.
            "token",
            "tokens",
            "secret",
            "secrets",
            "key",
            "keys",
            "password",
            "passphrase",
            "pin",
            "credential",
            "credentials",
            "cookie",
            "signature",
            "hash",
            "salt",
            "fingerprint",
            "nonce");

    /** An id is no secret, and a moment, a count or a version says nothing of what it is of. */
    private static final Set<String> HARMLESS_ENDINGS = Set.of("id", "ids", "at", "count", "version");

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[_.-]");

    private SensitiveNames() {}

    /** Whether somebody has to say what the field of this name holds. */
    public static boolean matches(String name) {
        String[] words = BETWEEN_WORDS.split(name.toLowerCase(Locale.ROOT), -1);
        return !HARMLESS_ENDINGS.contains(words[words.length - 1])
                && Arrays.stream(words).anyMatch(WORDS::contains);
    }
}
