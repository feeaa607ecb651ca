package app.spine.members;

import java.time.LocalDate;
import java.time.Month;
import org.jspecify.annotations.Nullable;

/**
 * Who is a minor: under 18 in every Australian state, reached as the day of the anniversary begins (Acts Interpretation
 * Act 1901, section 37A, and the states' own acts). Today is the academy's local date, never that of UTC.
 *
 * <p>Born on 29 February, a person turns 18 on 1 March, as 18 years after a leap year is none: PM v Childrens Court of
 * the ACT [2018] ACTSC 258 holds that 28 February is too early.
 */
public final class AgeOfMajority {

    private static final int YEARS = 18;

    private AgeOfMajority() {}

    /** An unknown date of birth counts as a minor's: the mistake that shows too little is the safe one. */
    public static boolean isMinor(@Nullable LocalDate dateOfBirth, LocalDate today) {
        return dateOfBirth == null || dateOfBirth.isAfter(bornOnOrBefore(today));
    }

    /** The latest date of birth of an adult, so that a filter on the column says the same as {@link #isMinor}. */
    public static LocalDate bornOnOrBefore(LocalDate today) {
        return today.minusYears(YEARS);
    }

    /** The first day as an adult, when a guardian's powers end and a waiver has to be signed again. */
    public static LocalDate reachedOn(LocalDate dateOfBirth) {
        boolean leapDay = dateOfBirth.getMonth() == Month.FEBRUARY && dateOfBirth.getDayOfMonth() == 29;
        return leapDay ? dateOfBirth.plusDays(1).plusYears(YEARS) : dateOfBirth.plusYears(YEARS);
    }
}
