package app.spine.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.function.Function;

/**
 * Reads one JSON value as one type, without the coercions that Jackson would make ({@code "1"} is no number). What cannot
 * be read throws {@link IllegalArgumentException} with a sentence that the caller may see.
 */
public final class JsonValue {

    /** Not even of the JSON type that is wanted. */
    public static final class WrongType extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        WrongType(String message) {
            super(message);
        }
    }

    /** A long has at most 19 digits. */
    private static final int MAX_DIGITS = 19;

    private JsonValue() {}

    /** Text that PostgreSQL can store: NUL and lone surrogates are refused. */
    public static String text(JsonNode node) {
        if (!node.isTextual()) {
            throw new WrongType("This has to be text.");
        }
        String text = node.textValue();
        if (text.indexOf('\0') >= 0 || text.codePoints().anyMatch(JsonValue::isLoneSurrogate)) {
            throw new IllegalArgumentException("This text holds NUL or half a character.");
        }
        return text;
    }

    /** A whole number of 64 bits; {@code 2.0} is one. */
    public static Long number(JsonNode node) {
        if (!node.isNumber()) {
            throw new WrongType("This has to be a whole number.");
        }
        try {
            BigDecimal number = node.decimalValue();
            // The size is looked at first: writing out 1e1000000000 would take all the memory there is.
            if (number.precision() - (long) number.scale() <= MAX_DIGITS) {
                return number.longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // The latter for 1e999, which Jackson reads as an infinite double unless it is told to keep decimals.
            throw new IllegalArgumentException("This has to be a whole number of at most 64 bits.", e);
        }
        throw new IllegalArgumentException("This number is too large.");
    }

    public static Boolean flag(JsonNode node) {
        if (!node.isBoolean()) {
            throw new WrongType("This has to be true or false.");
        }
        return node.booleanValue();
    }

    public static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new WrongType("This has to be an object.");
    }

    /** A calendar date of the years 0 to 9999, {@code 2027-04-30}. */
    public static LocalDate date(JsonNode node) {
        LocalDate date = time(node, LocalDate::parse, "a date such as 2027-04-30");
        requireFourDigitYear(date.getYear());
        return date;
    }

    /** RFC 3339 with any offset. */
    public static Instant instant(JsonNode node) {
        OffsetDateTime time = time(node, OffsetDateTime::parse, "a time with its offset, such as 2027-04-30T08:15:00Z");
        requireFourDigitYear(time.getYear());
        return time.toInstant();
    }

    private static <T> T time(JsonNode node, Function<String, T> parser, String wanted) {
        try {
            return parser.apply(text(node));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("This has to be " + wanted + ".", e);
        }
    }

    /** Java also reads +999999999-12-31, which PostgreSQL cannot hold. */
    private static void requireFourDigitYear(int year) {
        if (year < 0 || year > 9999) {
            throw new IllegalArgumentException("The year has to have four digits.");
        }
    }

    private static boolean isLoneSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
