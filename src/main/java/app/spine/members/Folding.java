package app.spine.members;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Brings text to the form in which it is searched: compatibility forms decomposed, Latin, Greek and Cyrillic without
 * their accents, lower case, digits as ASCII. Marks of other scripts stay, since there they are letters. Folding what is
 * folded changes nothing.
 */
final class Folding {

    /** What keyboards and word processors put into O'Brien. */
    private static final String APOSTROPHES = "'\u2018\u2019\u02bc\u00b4`\uff07\u2032";

    private static final String HYPHENS = "-\u2010\u2011\u2012\u2013\uff0d";

    private Folding() {}

    static String fold(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        // Before decomposing, which would make a space and an accent of a free-standing acute.
        text.codePoints().map(Folding::plainJoiner).forEach(plain::appendCodePoint);
        String lower = Normalizer.normalize(plain, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);

        StringBuilder folded = new StringBuilder(lower.length());
        // And after it, since some letters decompose into one with an apostrophe.
        Normalizer.normalize(lower, Normalizer.Form.NFKD)
                .codePoints()
                .map(Folding::plainJoiner)
                .forEach(c -> append(folded, c));
        return Normalizer.normalize(folded, Normalizer.Form.NFC);
    }

    private static int plainJoiner(int c) {
        if (APOSTROPHES.indexOf(c) >= 0) {
            return '\'';
        }
        return HYPHENS.indexOf(c) >= 0 ? '-' : c;
    }

    private static void append(StringBuilder folded, int c) {
        int digit = Character.isDigit(c) ? Character.digit(c, 10) : -1;
        if (digit >= 0) {
            folded.append((char) ('0' + digit));
        } else if (isAccent(c) || Character.getType(c) == Character.FORMAT) {
            return; // nothing stays of accents, soft hyphens and zero-width joiners
        } else {
            // Letters that Unicode does not decompose and that people type without their strokes.
            switch (c) {
                case 'ß' -> folded.append("ss");
                case 'æ' -> folded.append("ae");
                case 'œ' -> folded.append("oe");
                case 'þ' -> folded.append("th");
                case 'ø' -> folded.append('o');
                case 'ł' -> folded.append('l');
                case 'đ', 'ð' -> folded.append('d');
                case 'ħ' -> folded.append('h');
                case 'ı' -> folded.append('i');
                case 'ς' -> folded.append('σ');
                default -> folded.appendCodePoint(c);
            }
        }
    }

    /** The blocks of combining marks that belong to no script of their own. */
    private static boolean isAccent(int c) {
        return (c >= 0x0300 && c <= 0x036f)
                || (c >= 0x1ab0 && c <= 0x1aff)
                || (c >= 0x1dc0 && c <= 0x1dff)
                || (c >= 0x20d0 && c <= 0x20ff)
                || (c >= 0xfe20 && c <= 0xfe2f);
    }
}
