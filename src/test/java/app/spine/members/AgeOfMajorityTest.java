package app.spine.members;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgeOfMajorityTest {

    @ParameterizedTest
    @CsvSource({
        "2009-04-03, 2027-04-02, true",
        "2009-04-03, 2027-04-03, false",
        "2009-04-03, 2027-04-04, false",
        "2008-02-29, 2026-02-28, true",
        "2008-02-29, 2026-03-01, false",
        "2010-02-28, 2028-02-28, false",
        "2010-03-01, 2028-02-29, true",
        "2010-03-01, 2028-03-01, false",
        "2030-01-01, 2027-04-03, true",
        "0001-01-01, 2027-04-03, false",
    })
    void isReachedAsTheAnniversaryBegins(LocalDate born, LocalDate today, boolean minor) {
        assertThat(AgeOfMajority.isMinor(born, today)).isEqualTo(minor);
    }

    @Test
    void anUnknownDateOfBirthIsAMinors() {
        assertThat(AgeOfMajority.isMinor(null, LocalDate.of(2027, 4, 3))).isTrue();
        assertThat(AgeOfMajority.isMinor(LocalDate.MAX, LocalDate.of(2027, 4, 3)))
                .isTrue();
        assertThat(AgeOfMajority.isMinor(LocalDate.MIN, LocalDate.of(2027, 4, 3)))
                .isFalse();
    }

    @Test
    void theFilterTheDayAndTheRuleAgreeOnEveryDayOfTwelveYears() {
        LocalDate first = LocalDate.of(2020, 1, 1);
        for (int day = 0; day < 12 * 366; day++) {
            LocalDate today = first.plusDays(day);
            LocalDate latestAdult = AgeOfMajority.bornOnOrBefore(today);
            assertThat(AgeOfMajority.isMinor(latestAdult, today)).isFalse();
            assertThat(AgeOfMajority.isMinor(latestAdult.plusDays(1), today)).isTrue();

            for (int around = -3; around <= 3; around++) {
                LocalDate born = today.minusYears(18).plusDays(around);
                assertThat(AgeOfMajority.isMinor(born, today))
                        .isEqualTo(today.isBefore(AgeOfMajority.reachedOn(born)))
                        .isEqualTo(born.isAfter(latestAdult));
            }
        }
    }
}
