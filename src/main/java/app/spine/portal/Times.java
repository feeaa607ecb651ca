package app.spine.portal;

import io.quarkus.qute.RawString;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Says times in the academy's zone: how long ago or until when they are near, the date when they are not, and always the
 * exact one with UTC behind the words.
 */
record Times(ZoneId zone, Instant now) {

    private static final Locale ENGLISH = Locale.forLanguageTag("en-AU");
    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("EEE d MMM uuuu, HH:mm:ss zzz", ENGLISH);
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", ENGLISH);
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("EEE d MMM, HH:mm", ENGLISH);
    private static final DateTimeFormatter MOMENT_OF_YEAR = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", ENGLISH);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMM uuuu", ENGLISH);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", ENGLISH);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", ENGLISH);

    /** From here on a date says more than a count of days. */
    private static final long DAYS_COUNTED = 60;

    /** Relative: {@code 4 minutes ago}, {@code in 17 days}. */
    public RawString near(Instant at) {
        return html(at, relative(at));
    }

    /** Absolute, for what somebody has to keep: {@code Wed 25 Nov, 14:05}. */
    public RawString at(Instant at) {
        return html(at, moment(at));
    }

    /** The time of day alone, for rows of one day: {@code 09:40:51}. */
    public RawString clock(Instant at) {
        ZonedDateTime local = at.atZone(zone);
        return html(at, local.toLocalDate().equals(today()) ? CLOCK.format(local) : moment(at));
    }

    /** A date of UTC, as use is counted. */
    public String day(LocalDate day) {
        return DAY.format(day);
    }

    /** A date with its year: {@code 14 May 2004}. */
    public String date(LocalDate date) {
        return DATE.format(date);
    }

    /** A whole number of days. */
    public String age(Instant since) {
        long days = ChronoUnit.DAYS.between(since, now);
        return days <= 0 ? "today" : days + (days == 1 ? " day" : " days");
    }

    /** In plain words, without markup. */
    public String moment(Instant at) {
        ZonedDateTime local = at.atZone(zone);
        return (local.getYear() == today().getYear() ? MOMENT : MOMENT_OF_YEAR).format(local);
    }

    /** In plain words: {@code 24 hours}. */
    static String length(Duration duration) {
        long hours = duration.toHours();
        if (duration.isZero()) {
            return "no time";
        }
        if (hours < 1) {
            return count(duration.toMinutes(), "minute");
        }
        return hours % 24 == 0 && hours > 48 ? count(hours / 24, "day") : count(hours, "hour");
    }

    private String relative(Instant at) {
        Duration distance = Duration.between(at, now);
        boolean past = !distance.isNegative();
        Duration size = distance.abs();
        if (size.compareTo(Duration.ofMinutes(1)) < 0) {
            return past ? worded(Math.max(1, size.toSeconds()), "second", true) : "in less than a minute";
        }
        if (size.compareTo(Duration.ofHours(1)) < 0) {
            return worded(size.toMinutes(), "minute", past);
        }
        if (size.compareTo(Duration.ofDays(2)) < 0) {
            return worded(size.toHours(), "hour", past);
        }
        if (size.toDays() <= DAYS_COUNTED) {
            return worded(size.toDays(), "day", past);
        }
        return DATE.format(at.atZone(zone));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(now, zone);
    }

    private static String worded(long number, String unit, boolean past) {
        return past ? count(number, unit) + " ago" : "in " + count(number, unit);
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }

    private RawString html(Instant at, String words) {
        String exact = EXACT.format(at.atZone(zone)) + " (" + UTC.format(at.atZone(ZoneOffset.UTC)) + ")";
        return new RawString("<time datetime=\"" + at.truncatedTo(ChronoUnit.SECONDS) + "\" title=\"" + exact + "\">"
                + words + "</time>");
    }
}
