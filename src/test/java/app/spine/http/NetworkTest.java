package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255",
        "10.0.0.0/8, ::ffff:10.1.2.3",
        "192.0.2.128/25, 192.0.2.255",
        "192.0.2.7/31, 192.0.2.6",
        "192.0.2.7, 192.0.2.7",
        "192.0.2.7/32, 192.0.2.7",
        "0.0.0.0/0, 203.0.113.9",
        "2001:db8::/32, 2001:db8:ffff::1",
        "2001:db8::/33, 2001:db8:7fff::1",
        "2001:db8::1, 2001:DB8:0:0::1",
        "::1/128, ::1",
        "::/0, 2001:db8::1",
        "::ffff:10.0.0.1, 10.0.0.1"
    })
    void containsWhatLiesInIt(String network, String address) {
        assertThat(Network.parse(network).contains(address)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 11.0.0.0",
        "10.0.0.0/8, 9.255.255.255",
        "192.0.2.128/25, 192.0.2.127",
        "192.0.2.7, 192.0.2.6",
        "0.0.0.0/0, 2001:db8::1",
        "::/0, 203.0.113.9",
        "2001:db8::/33, 2001:db8:8000::1",
        "::1/128, ::2",
        "10.0.0.0/8, localhost",
        "10.0.0.0/8, ''",
        "10.0.0.0/8, 10.0.0.1.nip.io"
    })
    void leavesOutWhatDoesNot(String network, String address) {
        assertThat(Network.parse(network).contains(address)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "localhost",
                "10.0.0.0/",
                "10.0.0.0/x",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0/8",
                "2001:db8::/129",
                "10.0.0.0/8/8",
                "10.0.0.0 /8",
                "256.0.0.0/8"
            })
    void refusesWhatIsNoNetwork(String text) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8, false",
        "10.0.0.1/8, 10.0.0.1/8, true",
        "192.0.2.7, 192.0.2.7/32, false",
        "192.0.2.129/25, 192.0.2.129/25, true",
        "0.0.0.0/0, 0.0.0.0/0, false",
        "2001:DB8:0:0::/32, 2001:db8::/32, false",
        "2001:db8::1/64, 2001:db8::1/64, true",
        "2001:db8::1, 2001:db8::1/128, false"
    })
    void hasOneFormAndTellsBitsThatItDoesNotUse(String text, String canonical, boolean beyond) {
        assertThat(Network.parse(text)).hasToString(canonical);
        assertThat(Network.parse(text).hasBitsBeyondPrefix()).isEqualTo(beyond);
    }
}
