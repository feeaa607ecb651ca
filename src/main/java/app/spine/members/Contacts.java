package app.spine.members;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;

/**
 * Brings e-mail addresses and phone numbers to the one form in which they are compared and searched. What the person
 * gave is stored beside it and is what mail is sent to, so the form may be coarser than the standards are.
 */
public final class Contacts {

    /** Either the comparable form or a sentence on why there is none. */
    public sealed interface Result {
        record Normalised(String value) implements Result {}

        record Refused(String reason) implements Result {}
    }

    /** RFC 5321, section 4.5.3.1.3: a path has 256 octets with its angle brackets. */
    private static final int MAX_EMAIL_LENGTH = 254;

    /** E.164 has 15 digits; the rest is room for spaces and brackets, not for work. */
    private static final int MAX_PHONE_LENGTH = 40;

    private static final String DEFAULT_REGION = "AU";
    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    private Contacts() {}

    /** Never throws, whatever the text; normalising a normalised value gives itself. */
    public static Result normalise(ContactType type, String raw) {
        if (raw.codePoints().anyMatch(Contacts::isUnusable)) {
            return new Result.Refused("It holds characters that are no text.");
        }
        String value = strip(raw);
        if (value.isEmpty()) {
            return new Result.Refused("It is empty.");
        }
        return switch (type) {
            case EMAIL -> email(value);
            case PHONE -> phone(value);
        };
    }

    private static Result email(String value) {
        String address = Normalizer.normalize(value, Normalizer.Form.NFC);
        int at = address.indexOf('@');
        if (at <= 0 || at != address.lastIndexOf('@') || at == address.length() - 1) {
            return new Result.Refused("An e-mail address has one @ with something on both sides.");
        }
        if (address.length() > MAX_EMAIL_LENGTH) {
            return tooLong();
        }
        // Invisible ones too, or two addresses that look the same would be two.
        if (address.codePoints().anyMatch(c -> isSpace(c) || Character.getType(c) == Character.FORMAT)) {
            return new Result.Refused("An e-mail address holds no spaces and no invisible characters.");
        }
        String domain = asciiDomain(address.substring(at + 1));
        if (domain.isEmpty()) {
            return new Result.Refused("The part after the @ is no domain such as example.com.");
        }
        // Local parts are case-sensitive in the standard and nowhere else: Anna@ and anna@ are one person's.
        String local = Normalizer.normalize(address.substring(0, at).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        String normalised = local + "@" + domain;
        return normalised.length() > MAX_EMAIL_LENGTH ? tooLong() : new Result.Normalised(normalised);
    }

    private static Result tooLong() {
        return new Result.Refused("An e-mail address has at most " + MAX_EMAIL_LENGTH + " characters.");
    }

    /** In lower-case ASCII, or empty if it is no host name of two labels or more. */
    private static String asciiDomain(String domain) {
        String ascii;
        try {
            ascii = IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return "";
        }
        // Without a dot it is a typing mistake (anna@gmail) far more often than a host of a private network.
        boolean dotted = ascii.indexOf('.') > 0 && !ascii.endsWith(".") && !ascii.contains("..");
        return dotted ? ascii : "";
    }

    /**
     * Valid numbers only, not merely possible ones: a number that no carrier has been given is a typing mistake, and the
     * message about a child would never arrive. New ranges come with new versions of the library.
     */
    private static Result phone(String pasted) {
        // Address books put direction marks around numbers that are copied from them.
        String value = pasted.replaceAll("\\p{Cf}", "");
        if (value.length() > MAX_PHONE_LENGTH) {
            return new Result.Refused("A phone number has at most " + MAX_PHONE_LENGTH + " characters.");
        }
        // The library would read 1300 FLOWERS, "ring 0412 …" and extensions, and drop what E.164 cannot hold.
        if (value.codePoints().anyMatch(Character::isLetter)) {
            return new Result.Refused("A phone number holds no letters.");
        }
        PhoneNumber number;
        try {
            number = PHONES.parse(value, DEFAULT_REGION);
        } catch (NumberParseException e) {
            return new Result.Refused("It is no phone number.");
        }
        if (number.hasExtension()) {
            return new Result.Refused("A phone number has no extension.");
        }
        if (!PHONES.isValidNumber(number)) {
            return new Result.Refused(
                    "It is no valid phone number; outside Australia it starts with + and the country.");
        }
        return new Result.Normalised(PHONES.format(number, PhoneNumberFormat.E164));
    }

    /** As String.strip, but for the no-break spaces too that come with pasted text. */
    private static String strip(String raw) {
        int from = 0;
        int to = raw.length();
        while (from < to && isSpace(raw.charAt(from))) {
            from++;
        }
        while (from < to && isSpace(raw.charAt(to - 1))) {
            to--;
        }
        return raw.substring(from, to);
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static boolean isUnusable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> true;
            case Character.CONTROL -> !Character.isWhitespace(codePoint);
            default -> false;
        };
    }
}
