package app.spine.portal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CameFromTest {

    @ParameterizedTest
    @CsvSource({
        "https://spine.example/portal/consumers?q=a&after=b,/portal/consumers?q=a&after=b",
        "https://spine.example/portal,/portal",
        "https://spine.example/v1/consumer,/portal",
        "https://other.example/portal/consumers,/portal",
        "https://spine.example//other.example,/portal",
        "https://spine.example:8443/portal/consumers,/portal",
        "https://spine.example@other.example/portal/consumers,/portal",
        "not an address,/portal",
        ",/portal",
    })
    void isAPageOfOurs(String address, String page) {
        assertThat(CameFrom.page(address, "spine.example")).isEqualTo(page);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/portal\\x", "/portal/a b", "/portal/\u0000", "/portal/é", "/portal/<x", "/portal/\"x", "portal"
            })
    void isNothingThatABrowserReadsOtherwise(String wanted) {
        assertThat(PortalPath.page(wanted)).isEqualTo("/portal");
    }
}
