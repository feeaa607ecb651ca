package app.spine.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/** Dates and times as the contract writes them. */
public final class WireTime {

    private WireTime() {}

    /**
     * A calendar date of the years 0 to 9999, {@code 2027-04-30}.
     *
     * @throws DateTimeException for any other text
     */
    public static LocalDate date(String text) {
        LocalDate date = LocalDate.parse(text);
        requireFourDigitYear(date.getYear());
        return date;
    }

    /**
     * An RFC 3339 time with any offset.
     *
     * @throws DateTimeException for any other text
     */
    public static Instant instant(String text) {
        OffsetDateTime time = OffsetDateTime.parse(text);
        requireFourDigitYear(time.getYear());
        return time.toInstant();
    }

    /**
     * An ISO 8601 duration of days, hours, minutes and seconds, {@code P1DT12H}; it may be negative.
     *
     * @throws DateTimeException for any other text
     */
    public static Duration duration(String text) {
        return Duration.parse(text);
    }

    /** Java also reads +999999999-12-31, which PostgreSQL cannot hold. */
    private static void requireFourDigitYear(int year) {
        if (year < 0 || year > 9999) {
            throw new DateTimeException("the year has to have four digits");
        }
    }
}
