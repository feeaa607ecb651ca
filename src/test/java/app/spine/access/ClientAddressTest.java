package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    private static final String CLIENT = "203.0.113.7";
    private static final String PROXY = "10.0.0.1";

    private final ClientAddress addresses =
            new ClientAddress(FixedAccessConfig.trusting("10.0.0.0/8", "2001:db8:ffff::/48"));

    @Test
    void isThePeerWhenThePeerIsNoProxy() {
        assertThat(addresses.of(CLIENT, List.of())).isEqualTo(CLIENT);
    }

    @Test
    void believesNoHeaderOfAStranger() {
        assertThat(addresses.of(CLIENT, List.of("198.51.100.1"))).isEqualTo(CLIENT);
        assertThat(addresses.of(CLIENT, List.of("10.0.0.2"))).isEqualTo(CLIENT);
    }

    @Test
    void isWhatTheProxySaw() {
        assertThat(addresses.of(PROXY, List.of(CLIENT))).isEqualTo(CLIENT);
        assertThat(addresses.of("2001:db8:ffff::1", List.of("2001:db8::7"))).isEqualTo("2001:db8::7");
    }

    @Test
    void ignoresWhatTheClientWroteLeftOfIt() {
        assertThat(addresses.of(PROXY, List.of("198.51.100.1, 10.0.0.9, " + CLIENT)))
                .isEqualTo(CLIENT);
        assertThat(addresses.of(PROXY, List.of("198.51.100.1", CLIENT))).isEqualTo(CLIENT);
    }

    @Test
    void passesAChainOfTrustedProxies() {
        assertThat(addresses.of(PROXY, List.of("198.51.100.1, " + CLIENT + ",10.9.9.9 , 2001:db8:ffff::2")))
                .isEqualTo(CLIENT);
    }

    @Test
    void isTheFarthestProxyWhenAllAreTrusted() {
        assertThat(addresses.of(PROXY, List.of("10.0.0.3, 10.0.0.2"))).isEqualTo("10.0.0.3");
    }

    @Test
    void isTheProxyWithoutAHeader() {
        assertThat(addresses.of(PROXY, List.of())).isEqualTo(PROXY);
        assertThat(addresses.of(PROXY, List.of(""))).isEqualTo(PROXY);
    }

    @Test
    void trustsAProxyWhoseAddressIsWrittenAsIpv6() {
        assertThat(addresses.of("::ffff:10.0.0.1", List.of(CLIENT))).isEqualTo(CLIENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown",
                "example.com",
                "203.0.113.7:80",
                "203.0.113",
                "203.0.113.256",
                "' or 1=1",
                "\u0000",
                " "
            })
    void stopsAtWhatIsNoAddress(String garbage) {
        assertThat(addresses.of(PROXY, List.of("198.51.100.1, " + garbage))).isEqualTo(PROXY);
        assertThat(addresses.of(PROXY, List.of("198.51.100.1, " + garbage + ", 10.0.0.2")))
                .isEqualTo("10.0.0.2");
    }
}
