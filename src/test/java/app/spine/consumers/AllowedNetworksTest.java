package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.http.Problem;
import app.spine.http.Reason;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How networks of a key are written. */
class AllowedNetworksTest {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7/32",
        "203.0.113.0/24, 203.0.113.0/24",
        "10.0.0.100, 10.0.0.100/32",
        "100.0.0.0/8, 100.0.0.0/8",
        "0.0.0.0/0, 0.0.0.0/0",
        "::/0, ::/0",
        "::1, ::1/128",
        "2001:DB8:0000::/48, 2001:db8::/48",
        "2001:0db8::07, 2001:db8::7/128",
        "::ffff:10.0.0.1, 10.0.0.1/32"
    })
    void areKeptInTheirShortestForm(String written, String kept) {
        assertThat(AllowedNetworks.require(List.of(written))).containsExactly(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "example.com",
                "10.1",
                "256.0.0.1",
                "010.0.0.1",
                "10.0.0.010",
                "10.00.0.1",
                "::ffff:010.0.0.1",
                "0x0a.0.0.1",
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/08",
                "10.0.0.0/\u0668",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                " 10.0.0.1",
                "10.0.0.1\n",
                "2001:db8::/129",
                "2001:db8::1/32",
                "fe80::1%eth0",
                "[::1]"
            })
    void areRefusedWhereTheyCouldMeanSomethingElse(String written) {
        assertThatThrownBy(() -> AllowedNetworks.require(List.of("203.0.113.7", written)))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.reasons())
                                .extracting(Reason::pointer)
                                .containsExactly("/networks/1"));
    }

    @Test
    void standOnceHoweverTheyAreWritten() {
        assertThat(AllowedNetworks.require(List.of("203.0.113.7", "203.0.113.7/32", "::ffff:203.0.113.7")))
                .containsExactly("203.0.113.7/32");
        assertThat(AllowedNetworks.require(null)).isEmpty();
    }

    @Test
    void areBounded() {
        assertThat(AllowedNetworks.require(Collections.nCopies(32, "203.0.113.7")))
                .hasSize(1);
        assertThatThrownBy(() -> AllowedNetworks.require(Collections.nCopies(33, "203.0.113.7")))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.reasons())
                                .extracting(Reason::pointer)
                                .containsExactly("/networks"));
    }
}
