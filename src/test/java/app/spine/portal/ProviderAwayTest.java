package app.spine.portal;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.Forwarder;
import app.spine.testsupport.SignIn;
import app.spine.testsupport.Stopwatch;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The provider was away when the program started, and is for a while. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(ProviderAwayTest.Away.class)
class ProviderAwayTest {

    private static final int PORT = Forwarder.freePort();

    @ConfigProperty(name = "quarkus.oidc.auth-server-url")
    URI provider;

    /** Behind a door that is shut, and with a limit on sign-ins that counts by the address a proxy says. */
    public static class Away extends SignIn {

        /** A system property, since the profile and the test are loaded apart. */
        private static final String DOOR = "provider-away.port";

        static int door() {
            if (System.getProperty(DOOR) == null) {
                System.setProperty(DOOR, Integer.toString(PORT));
            }
            return Integer.getInteger(DOOR);
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> overrides = new HashMap<>(super.getConfigOverrides());
            overrides.put("spine.oidc.issuer", "http://127.0.0.1:" + door());
            overrides.put("spine.oidc.sign-ins-per-minute", "10");
            overrides.put("spine.access.trusted-proxies", "127.0.0.1");
            return overrides;
        }
    }

    @Test
    void saysSoAtOnceAndLetsPeopleInWhenItIsBack() {
        Browser browser = Browser.open();
        Stopwatch stopwatch = Stopwatch.start();
        for (int i = 0; i < 5; i++) {
            Page down = browser.get("/portal", "X-Forwarded-For", "198.51.100.1");
            assertThat(down.status()).isEqualTo(503);
            assertThat(down.body())
                    .contains("sign-in is not answering")
                    .contains("<meta http-equiv=\"refresh\" content=\"10; url=/portal\">");
            assertThat(down.header("Retry-After")).contains("10");
        }
        assertThat(stopwatch.elapsed()).isLessThan(Duration.ofSeconds(5));
        assertThat(Calls.as(Academy.open().consumer()).get("/v1/consumer").statusCode())
                .isEqualTo(200);
        Awaitility.await("ready without the provider")
                .until(() -> Calls.nobody().get("/health/ready").statusCode() == 200);
        try (Forwarder open = Forwarder.open(Away.door(), provider.getPort())) {
            Awaitility.await("the provider is asked again")
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> Browser.open()
                                    .get(
                                            "/portal",
                                            "X-Forwarded-For",
                                            "198.51.100." + (2 + (int) (Math.random() * 200)))
                                    .status()
                            == 302);
            assertThat(open).isNotNull();
            boundsExchangesOfOneAddress();
        }
    }

    @Test
    void boundsHowOftenAnAddressStarts() {
        String address = "2001:db8::" + Integer.toHexString(UUID.randomUUID().hashCode() & 0xffff);
        Page refused = refusedAfterTen(() -> Browser.open().get("/portal", "X-Forwarded-For", address));
        assertThat(refused.header("Retry-After")).contains("60");
        assertThat(refused.body()).contains("Too many tries from your network");
    }

    /** Codes that somebody made up, with a state that is our own: each is an exchange for the provider. */
    private static void boundsExchangesOfOneAddress() {
        String[] from = {"X-Forwarded-For", "203.0.113.77"};
        Browser browser = Browser.open();
        String state = Browser.query(browser.get("/portal", from).location().orElseThrow())
                .get("state");
        Map<String, String> cookies = browser.cookies();
        String back = "/portal/callback?code=made-up&state=" + state;
        refusedAfterTen(() -> {
            cookies.forEach(browser::setCookie);
            Page answer = browser.get(back, from);
            assertThat(answer.status()).isIn(401, 429);
            return answer;
        });
        assertThat(Browser.open().get("/portal", from).status())
                .as("a start counts for itself")
                .isEqualTo(302);
    }

    /** Ten in a minute are let in, and one more for each six seconds that they take. */
    private static Page refusedAfterTen(Supplier<Page> one) {
        long startedNanos = System.nanoTime();
        int letIn = 0;
        Page answer = one.get();
        while (answer.status() != 429) {
            letIn++;
            answer = one.get();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        assertThat(letIn).isBetween(10, 10 + (int) took.dividedBy(Duration.ofSeconds(6)));
        return answer;
    }
}
