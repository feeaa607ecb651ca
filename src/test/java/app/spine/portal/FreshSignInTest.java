package app.spine.portal;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Browser;
import app.spine.testsupport.Browser.Page;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.SignIn;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What matters takes a sign-in of the last ten minutes. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class FreshSignInTest {

    private final Academy academy = Academy.open();
    private final String consumer = academy.consumer("members:read").publicId();
    private Browser browser = Browser.nowhere();
    private final String invitations = "/portal/consumers/" + consumer + "/invitations";

    /** Not before the application is there, which a field would be. */
    @BeforeEach
    void signIn() {
        browser = Browser.signedIn(Browser.at(academy, "sam"), "owner");
    }

    @Test
    void doesItWithinTenMinutes() {
        assertThat(browser.submit(browser.you(), invitations, Map.of()).status())
                .isEqualTo(200);
    }

    @Test
    void leadsThroughTheProviderAndBackWhereItIsOlder() {
        Page home = browser.you();
        grow("11 minutes");
        Page refused = browser.submit(
                home,
                invitations,
                Map.of(),
                "Referer",
                home.address().resolve("/portal/consumers/" + consumer).toString());
        assertThat(refused.status()).isEqualTo(403);
        String way = "/portal/sign-in-again?page=%2Fportal%2Fconsumers%2F" + consumer;
        assertThat(refused.body()).contains("Confirm that it is you").contains("href=\"" + way + "\"");
        assertThat(Academy.query("select id from consumer_invitations where tenant_id = ?", academy.id()))
                .isEmpty();

        Page start = browser.get(way);
        assertThat(Browser.query(start.location().orElseThrow()))
                .containsEntry("prompt", "login")
                .containsEntry("max_age", "600");
        Page back = browser.follow(browser.atProvider(start, Browser.at(academy, "sam"), "owner"));
        assertThat(back.address().getPath()).isEqualTo("/portal/consumers/" + consumer);
        assertThat(browser.submit(browser.you(), invitations, Map.of()).status())
                .isEqualTo(200);
    }

    @Test
    void opensTheWayForARequestOfHtmx() {
        Page home = browser.you();
        grow("11 minutes");
        Page refused = browser.submit(
                home,
                invitations,
                Map.of(),
                "HX-Request",
                "true",
                "HX-Current-URL",
                home.address().toString());
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.header("HX-Redirect")).contains("/portal/sign-in-again?page=%2Fportal%2Fyou");
        assertThat(refused.body()).isEmpty();
    }

    @Test
    void saysSoWhereTheProviderDidNotAskAnew() {
        // As with a provider that vouches at once for somebody who proved itself an hour ago.
        Academy.execute(
                "update portal_sessions set authenticated_at = now() - interval '1 hour' where tenant_id = ?",
                academy.id());
        Page page = browser.get("/portal/sign-in-again?page=/portal");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("did not ask you to sign in");
    }

    @Test
    void needsNoRenewalForAReading() {
        grow("11 hours");
        assertThat(browser.get("/portal").status()).isEqualTo(200);
        assertThat(URI.create("/portal").getPath())
                .isEqualTo(browser.get("/portal").address().getPath());
    }

    private void grow(String older) {
        assertThat(Academy.execute(
                        "update portal_sessions set authenticated_at = authenticated_at - ?::interval,"
                                + " started_at = started_at - ?::interval where tenant_id = ?",
                        older,
                        older,
                        academy.id()))
                .isEqualTo(1);
    }
}
