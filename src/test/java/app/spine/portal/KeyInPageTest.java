package app.spine.portal;

import static app.spine.testsupport.Calls.as;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.SignIn;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key that a web page sends is a warning until it is replaced or ends. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class KeyInPageTest {

    private static final String WARNING = "came from a web page";

    private final Academy academy = Academy.open();
    private final TestConsumer consumer = academy.consumer("members:read");
    private final String page = "/portal/consumers/" + consumer.publicId();
    private final String rotation = page + "/keys/" + consumer.publicKeyId() + "/rotation";
    private Browser owner = Browser.open();
    private Browser operator = Browser.open();

    @BeforeEach
    void signIn() {
        owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        operator = Browser.signedIn(Browser.at(academy, "otto"), "operator");
    }

    @Test
    void isShownWithWhatToDo() {
        assertThat(owner.get(page).body()).doesNotContain(WARNING, "from a web page");
        assertThat(owner.get("/portal").body()).doesNotContain("from a web page");
        assertThat(owner.get("/portal/leaks").body()).contains("No key comes from a web page");

        as(consumer).header("Origin", "https://widgets.example.com").get("/v1/members");
        Awaitility.await("it is written within ten seconds")
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(owner.get(page).body()).contains(WARNING));

        assertThat(owner.get(page).body())
                .contains(
                        "widgets.example.com",
                        "Let the page call a server of yours",
                        "href=\"" + rotation + "\">rotate the key",
                        "pill--watch\">from a web page");
        assertThat(PartnerBrowser.of(academy, consumer).get(page).body()).contains(WARNING, "widgets.example.com");
        assertThat(owner.get("/portal").body()).contains("1 key that works comes from a web page");
        assertThat(owner.get("/portal/leaks").body()).contains("widgets.example.com", consumer.publicId());
        assertThat(owner.get("/portal/consumers").body()).contains("key in a web page");
        assertThat(owner.get("/portal/consumers?status=exposed").body()).contains(consumer.publicId());
    }

    @Test
    void tellsAnOperatorThatAndNotWhich() {
        exposed("widgets.example.com");

        assertThat(operator.get(page).body())
                .contains("1 key of it came from a web page")
                .doesNotContain("widgets.example.com", consumer.key().substring(11, 15) + "\u2026");
        assertThat(operator.get("/portal").body()).contains("1 key that works comes from a web page");
    }

    @Test
    void showsAPageWithoutAHostAndNoMarkupOfOne() {
        exposed(null);
        assertThat(owner.get(page).body()).contains(WARNING, "Sent by a page of no address");
        assertThat(owner.get("/portal/leaks").body()).contains("no address");

        Academy.execute("update api_key_origins set host = '<b>x</b>' where key_id = ?", consumer.keyId());
        assertThat(owner.get(page).body()).doesNotContain("<b>x</b>").contains("&lt;b&gt;x");
    }

    @Test
    void goesOnWhileTheKeyIsBeingReplacedAndEndsWithIt() {
        exposed("widgets.example.com");
        Page rotated = owner.submit(owner.get(rotation), rotation, Map.of("overlap", "PT24H"));
        assertThat(rotated.status()).as(rotated.body()).isEqualTo(200);
        assertThat(owner.get(page).body())
                .contains(WARNING, "put the key that replaces it there")
                .doesNotContain("\">rotate the key");

        String revocation = page + "/keys/" + consumer.publicKeyId() + "/revocation";
        assertThat(owner.submit(owner.get(revocation), revocation, Map.of()).status())
                .isEqualTo(303);
        assertThat(owner.get(page).body()).doesNotContain(WARNING);
        assertThat(owner.get("/portal").body()).doesNotContain("from a web page");
        assertThat(owner.get("/portal/leaks").body()).contains("No key comes from a web page");
        assertThat(owner.get("/portal/consumers?status=exposed").body()).doesNotContain(consumer.publicId());
    }

    @Test
    void isNoNewsOfAnotherAcademy() {
        exposed("widgets.example.com");
        Browser stranger = Browser.signedIn(Browser.at(Academy.open(), "stella"), "owner");

        assertThat(stranger.get("/portal").body()).doesNotContain("from a web page");
        assertThat(stranger.get("/portal/leaks").body()).doesNotContain("widgets.example.com");
    }

    private void exposed(@Nullable String host) {
        Academy.execute(
                "insert into api_key_origins (tenant_id, key_id, host, first_seen_at, last_seen_at)"
                        + " values (?, ?, ?, now(), now())",
                academy.id(),
                consumer.keyId(),
                host);
    }
}
