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
import io.restassured.RestAssured;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of a key as people see it. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class KeysPageTest {

    private static final Pattern KEY = Pattern.compile("spine_(?:live|test)_[0-9A-Za-z]{36}");

    private final Academy academy = Academy.open();
    private final TestConsumer consumer = academy.consumer("members:read");
    private final String page = "/portal/consumers/" + consumer.publicId();
    private final String keys = page + "/keys";
    private final String old = keys + "/" + consumer.publicKeyId();
    private Browser owner = Browser.open();

    @BeforeEach
    void signIn() {
        owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
    }

    @Test
    void showsANewKeyInItsAnswerAndNowhereElse() {
        Page issued = owner.submit(owner.get(keys + "/new"), keys, Map.of());
        assertThat(issued.status()).as(issued.body()).isEqualTo(200);
        assertThat(issued.header("Cache-Control")).contains("no-store");
        String key = key(issued);
        assertThat(issued.body()).contains("Authorization: Bearer " + key, "/v1/consumer");
        assertThat(call(key)).isEqualTo(200);
        assertThat(owner.get(page).body()).doesNotContain(key).contains(key.substring(11, 15));
        assertThat(Academy.query(
                        "select event || ' ' || actor_id from audit_log where tenant_id = ? and event like 'consumer.%'",
                        academy.id()))
                .containsExactly("consumer.key_issued " + Browser.at(academy, "olga"));
    }

    @Test
    void issuesForNetworksAndADay() {
        String end = LocalDate.now(ZoneId.of("Australia/Sydney")).plusDays(90).toString();
        Page issued = owner.submit(
                owner.get(keys + "/new"), keys, Map.of("expires_at", end, "networks", "203.0.113.0/24\n127.0.0.1"));
        assertThat(issued.status()).as(issued.body()).isEqualTo(200);
        assertThat(owner.get(page).body()).contains("203.0.113.0/24", "2 networks");
        assertThat(Academy.query(
                        "select (expires_at at time zone 'Australia/Sydney')::text from api_keys where consumer_id = ? and expires_at is not null",
                        consumer.id()))
                .containsExactly(end + " 23:59:59");
    }

    @Test
    void saysWhatIsWrongWithNetworksAndDays() {
        Page refused = owner.submit(
                owner.get(keys + "/new"), keys, Map.of("networks", "203.0.113.0/33", "expires_at", "2020-01-01"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("in the past").contains("aria-invalid=\"true\"");
        assertThat(owner.submit(owner.get(keys + "/new"), keys, Map.of("networks", "203.0.113.0/33"))
                        .body())
                .contains("CIDR notation", "203.0.113.0/33");
        assertThat(owner.submit(owner.get(keys + "/new"), keys, Map.of("expires_at", "soon"))
                        .body())
                .contains("Choose a day");
        assertThat(liveKeys()).isEqualTo(1L);
    }

    @Test
    void rotatesFromTheFirstUseAndShowsWhoIsLeft() {
        as(consumer).header("User-Agent", "widgets/2.1").get("/v1/members");
        Page form = owner.get(old + "/rotation");
        assertThat(form.body()).contains("When the new key is first used", "so no call fails");
        Page rotated = owner.submit(form, old + "/rotation", Map.of("starts", "first_use", "overlap", "PT48H"));
        assertThat(rotated.status()).as(rotated.body()).isEqualTo(200);
        assertThat(rotated.header("Cache-Control")).contains("no-store");
        assertThat(rotated.body()).contains("The old key keeps working meanwhile");
        String key = key(rotated);

        assertThat(owner.get(page).body())
                .contains(
                        "Once the new key is used, the old one goes on for",
                        "48 hours",
                        "1 of 1 caller still uses the old key",
                        "widgets/2.1");
        assertThat(owner.get(old + "/rotation").status())
                .as("a second rotation")
                .isEqualTo(200);
        assertThat(owner.submit(owner.get("/portal/you"), old + "/rotation", Map.of("overlap", "PT24H"))
                        .body())
                .contains("Another key is taking its place");

        assertThat(call(key)).isEqualTo(200);
        Awaitility.await("the log has the call")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(owner.get(page + "/rotations").body())
                        .contains("every caller uses the new key", "Both keys work until", "Moved"));
    }

    @Test
    void cutsOverByEndingTheOldKey() {
        Page rotated = owner.submit(owner.get(old + "/rotation"), old + "/rotation", Map.of("starts", "now"));
        Page form = owner.get(old + "/revocation");
        assertThat(form.body()).contains("Cut over now", "Keep both keys working");
        Page done = owner.submit(form, old + "/revocation", Map.of());
        assertThat(done.header("Location").orElseThrow()).contains("done=rotation-ended");
        awaitStatus(consumer.key(), 401);
        assertThat(call(key(rotated))).isEqualTo(200);
        assertThat(owner.get(page + "/rotations").body()).doesNotContain("Rotation under way", "hx-trigger");
    }

    @Test
    void saysWhatARevocationBreaksAndDoesIt() {
        as(consumer).get("/v1/members");
        Awaitility.await("use is counted")
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(owner.get(old + "/revocation").body())
                        .contains("GET /v1/members", "These calls will fail", "Rotate instead"));
        Page done = owner.submit(owner.get(old + "/revocation"), old + "/revocation", Map.of());
        assertThat(done.status()).isEqualTo(303);
        awaitStatus(consumer.key(), 401);
        assertThat(owner.get(page).body()).contains("revoked");
        assertThat(owner.get(old + "/revocation").status()).isEqualTo(404);
    }

    @Test
    void asksForANewSignInWhenTheLastOneIsOld() {
        Page form = owner.get(keys + "/new");
        Academy.execute(
                "update portal_sessions set authenticated_at = now() - interval '11 minutes' where tenant_id = ?",
                academy.id());
        assertThat(owner.submit(form, keys, Map.of()).status()).isEqualTo(403);
        assertThat(owner.get(keys + "/new").header("Location").orElseThrow()).contains("sign-in-again");
        assertThat(owner.get(page).status()).as("reading takes none").isEqualTo(200);
        assertThat(liveKeys()).isEqualTo(1L);
    }

    @Test
    void refusesAnOperatorAndTellsItNothingOfKeys() {
        Browser operator = Browser.signedIn(Browser.at(academy, "otto"), "operator");
        String hint = consumer.key().substring(11, 15) + "\u2026";
        assertThat(operator.get(page).body())
                .contains("1 key of it works")
                .doesNotContain(hint, "/revocation", "/rotation\"");
        for (String path : new String[] {keys + "/new", old + "/rotation", old + "/revocation", page + "/rotations"}) {
            assertThat(operator.get(path).status()).as(path).isEqualTo(403);
        }
        for (String path : new String[] {keys, old + "/rotation", old + "/revocation"}) {
            assertThat(operator.submit(operator.get("/portal/you"), path, Map.of())
                            .status())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(liveKeys()).isEqualTo(1L);
    }

    @Test
    void letsAPartnerManageItsOwnConsumersKeysOnly() {
        TestConsumer foreign = academy.consumer("members:read");
        Browser partner = PartnerBrowser.of(academy, consumer);
        assertThat(partner.get(page).body()).contains("Issue key");
        assertThat(partner.submit(partner.get(keys + "/new"), keys, Map.of()).status())
                .isEqualTo(200);
        String others = "/portal/consumers/" + foreign.publicId();
        for (String path : new String[] {
            others,
            others + "/examples",
            others + "/rotations",
            others + "/keys/new",
            others + "/keys/" + foreign.publicKeyId() + "/revocation",
            keys + "/" + foreign.publicKeyId() + "/revocation"
        }) {
            assertThat(partner.get(path).status()).as(path).isEqualTo(404);
        }
        Page you = partner.get("/portal/you");
        assertThat(partner.submit(you, others + "/keys/" + foreign.publicKeyId() + "/revocation", Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(partner.submit(you, others + "/keys", Map.of()).status()).isEqualTo(404);
        for (String path : new String[] {page + "/edit", page + "/suspension", page + "/unused-scopes"}) {
            assertThat(partner.get(path).status()).as(path).isEqualTo(403);
        }
        assertThat(call(foreign.key())).isEqualTo(200);
    }

    @Test
    void knowsNothingOfAnotherAcademysKeys() {
        TestConsumer foreign = Academy.open().consumer("members:read");
        String path = "/portal/consumers/" + foreign.publicId();
        assertThat(owner.get(path).status()).isEqualTo(404);
        assertThat(owner.get(path + "/keys/new").status()).isEqualTo(404);
        assertThat(owner.submit(
                                owner.get("/portal/you"),
                                path + "/keys/" + foreign.publicKeyId() + "/revocation",
                                Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(owner.get("/portal/consumers/nonsense").status()).isEqualTo(404);
    }

    private Object liveKeys() {
        return Academy.query(
                        "select count(*) from api_keys where consumer_id = ? and revoked_at is null", consumer.id())
                .getFirst();
    }

    private static String key(Page page) {
        Matcher key = KEY.matcher(page.body());
        assertThat(key.find()).as(page.body()).isTrue();
        return key.group();
    }

    private static int call(String key) {
        return RestAssured.given()
                .header("Authorization", "Bearer " + key)
                .get("/v1/consumer")
                .statusCode();
    }

    private static void awaitStatus(String key, int status) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> call(key) == status);
    }
}
