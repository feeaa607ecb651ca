package app.spine.members;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The words under which a member is found. A member matches a query if each term of the query is the start of one of
 * the member's tokens; whatever someone types of a name, an address or a number is made to be one.
 */
public final class SearchTokens {

    /** In code points: what the column holds. Longer tokens and terms are cut alike, so they still meet. */
    public static final int MAX_TOKEN_LENGTH = 64;

    /** Names have a handful; the bound keeps a hostile one from filling the table. */
    public static final int MAX_TOKENS = 64;

    /** Each term is one more look-up in the token table. */
    public static final int MAX_TERMS = 5;

    /** Nobody types more to find someone, and folding a megabyte takes time. */
    private static final int MAX_QUERY_LENGTH = 256;

    /** Fewer digits may be any number that stands in a name. */
    private static final int MIN_PHONE_DIGITS = 6;

    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    private SearchTokens() {}

    /** At most {@link #MAX_TOKENS}: names first, then numbers, then addresses. */
    public static Set<String> ofMember(
            Collection<String> names, Collection<String> normalisedEmails, Collection<String> e164Phones) {
        Set<String> tokens = new LinkedHashSet<>();
        names.forEach(name -> addName(tokens, name));
        e164Phones.forEach(phone -> addPhone(tokens, phone));
        normalisedEmails.forEach(email -> addEmail(tokens, email));
        return Collections.unmodifiableSet(tokens);
    }

    /** At most {@link #MAX_TERMS} terms, the first ones; empty when nothing in it can be searched for. */
    public static List<String> ofQuery(String query) {
        String cut = cut(query, MAX_QUERY_LENGTH);
        Set<String> terms = new LinkedHashSet<>();
        StringBuilder number = new StringBuilder();
        for (String word : Folding.fold(cut).split("\\s+", -1)) {
            if (isPartOfNumber(word)) {
                number.append(word);
            } else {
                addNumber(terms, number);
                addWord(terms, word);
            }
        }
        addNumber(terms, number);
        return terms.stream().limit(MAX_TERMS).toList();
    }

    /**
     * O'Brien-Smith is found by {@code obriensmith}, by {@code brien} and by {@code smith}. The parts that begin a
     * joined token are left out, as it is found by them anyway.
     */
    private static void addName(Set<String> tokens, String name) {
        for (String word : words(Folding.fold(name))) {
            add(tokens, word.replace("-", "").replace("'", ""));
            String[] parts = word.split("-", -1);
            for (int i = 0; i < parts.length; i++) {
                if (i > 0) {
                    add(tokens, parts[i].replace("'", ""));
                }
                Arrays.stream(parts[i].split("'", -1)).skip(1).forEach(piece -> add(tokens, piece));
            }
        }
    }

    /** The whole address, and the words before the @; everybody's provider is no way to find anybody. */
    private static void addEmail(Set<String> tokens, String email) {
        String folded = Folding.fold(email);
        add(tokens, folded);
        addName(tokens, folded.substring(0, Math.max(folded.indexOf('@'), 0)));
    }

    /** 61412345678, 0412345678 and 412345678. */
    private static void addPhone(Set<String> tokens, String e164) {
        add(tokens, digits(e164));
        try {
            PhoneNumber number = PHONES.parse(e164, null);
            add(tokens, digits(PHONES.format(number, PhoneNumberFormat.NATIONAL)));
            add(tokens, PHONES.getNationalSignificantNumber(number));
        } catch (NumberParseException e) {
            return; // found by its digits alone
        }
    }

    private static void addWord(Set<String> terms, String word) {
        String address = word.replaceFirst("^[<(\"]+", "").replaceFirst("[>),;\"]+$", "");
        if (address.indexOf('@') > 0) {
            add(terms, address);
            return;
        }
        for (String part : words(word)) {
            for (String piece : part.split("-", -1)) {
                add(terms, piece.replace("'", ""));
            }
        }
    }

    /** Digits as they were typed, without what stands for "abroad" and without the zero of +61 (0)412. */
    private static void addNumber(Set<String> terms, StringBuilder typed) {
        String number = typed.toString();
        typed.setLength(0);
        String digits = digits(number.replace("(0)", ""));
        if (number.indexOf('+') < 0 && digits.length() >= MIN_PHONE_DIGITS) {
            // 0011 is Australia's way out, 00 most others'; no national number starts like either.
            digits = digits.replaceFirst("^(0011|00)(?=.)", "");
        }
        add(terms, digits.replaceFirst("^610(?=.)", "61"));
    }

    private static boolean isPartOfNumber(String word) {
        return word.chars().allMatch(c -> (c >= '0' && c <= '9') || "+()-./".indexOf(c) >= 0);
    }

    private static String digits(String text) {
        return text.replaceAll("[^0-9]", "");
    }

    /** Runs of letters, digits and their marks, with apostrophes and hyphens inside. */
    private static List<String> words(String folded) {
        return List.of(folded.split("[^\\p{L}\\p{N}\\p{M}'-]+", -1));
    }

    private static void add(Set<String> tokens, String token) {
        if (!token.isEmpty() && tokens.size() < MAX_TOKENS) {
            tokens.add(cut(token, MAX_TOKEN_LENGTH));
        }
    }

    private static String cut(String text, int maxLength) {
        boolean fits = text.length() <= maxLength || text.codePointCount(0, text.length()) <= maxLength;
        return fits ? text : text.substring(0, text.offsetByCodePoints(0, maxLength));
    }
}
