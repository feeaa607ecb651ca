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
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may call as a consumer and from where: its keys' networks, the client whose tokens count, keys that became public. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class ConsumerAccessPageTest {

    private final Academy academy = Academy.open();
    private final TestConsumer consumer = academy.consumer("members:read");
    private final String page = "/portal/consumers/" + consumer.publicId();
    private final String networks = page + "/keys/" + consumer.publicKeyId() + "/networks";
    private final String client = page + "/oauth-client";
    private Browser owner = Browser.open();
    private Browser operator = Browser.open();

    @BeforeEach
    void signIn() {
        owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
        operator = Browser.signedIn(Browser.at(academy, "otto"), "operator");
    }

    @Test
    void changesNetworksBesideWhereCallsCameFrom() {
        as(consumer).get("/v1/members");
        Page form = owner.get(networks);
        assertThat(form.body()).contains("it was used from", "127.0.0.1");

        Page saved = owner.submit(form, networks, Map.of("networks", "203.0.113.0/24\n2001:db8::7"));
        assertThat(saved.status()).as(saved.body()).isEqualTo(303);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> as(consumer).get("/v1/members").statusCode() == 403);
        assertThat(owner.get(page).body()).contains("203.0.113.0/24", "2 networks");
        assertThat(owner.get(networks).body()).contains("203.0.113.0/24\n2001:db8::7/128");
        assertThat(owner.submit(owner.get(networks), networks, Map.of("networks", ""))
                        .status())
                .isEqualTo(303);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> as(consumer).get("/v1/members").statusCode() == 200);
        assertThat(audited()).containsExactly("consumer.key_networks_changed", "consumer.key_networks_changed");
    }

    @Test
    void saysWhatIsWrongWithNetworksAndWithHowMany() {
        Page refused = owner.submit(owner.get(networks), networks, Map.of("networks", "203.0.113.0/33"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("CIDR notation", "203.0.113.0/33", "aria-invalid");
        String many = "203.0.113.1 ".repeat(33);
        for (String path : new String[] {networks, page + "/keys"}) {
            Page tooMany = owner.submit(owner.get(networks), path, Map.of("networks", many));
            assertThat(tooMany.status()).as(path).isEqualTo(422);
            assertThat(tooMany.body()).contains("At most 32 networks");
        }
        assertThat(audited()).isEmpty();
    }

    @Test
    void issuesForNoDayThatCannotBeKept() {
        for (String day : List.of("+300000-01-01", "-300000-01-01", "+999999999-12-31", "0000-01-01")) {
            for (String field : List.of("expires_at", "not_before")) {
                Page refused = owner.submit(owner.get(page + "/keys/new"), page + "/keys", Map.of(field, day));
                assertThat(refused.status()).as("%s %s", field, day).isEqualTo(422);
                assertThat(refused.body()).contains("Choose a day");
            }
        }
    }

    @Test
    void letsAPartnerChangeNetworksOfItsOwnKeysAlone() {
        Browser partner = PartnerBrowser.of(academy, consumer);
        assertThat(partner.submit(partner.get(networks), networks, Map.of("networks", "127.0.0.1"))
                        .status())
                .isEqualTo(303);
        TestConsumer other = academy.consumer("members:read");
        String others = "/portal/consumers/" + other.publicId() + "/keys/" + other.publicKeyId() + "/networks";
        assertThat(partner.get(others).status()).isEqualTo(404);
        assertThat(partner.submit(partner.get(networks), others, Map.of("networks", ""))
                        .status())
                .isEqualTo(404);
        assertThat(operator.get(networks).status()).isEqualTo(403);
    }

    @Test
    void bindsAClientAndRefusesItsTokensAgain() {
        String id = "partner-" + consumer.id();
        assertThat(owner.get(page).body()).contains("No client's tokens count");
        Page bound = owner.submit(owner.get(client), client, Map.of("client_id", " " + id + " "));
        assertThat(bound.status()).as(bound.body()).isEqualTo(303);
        assertThat(owner.get(page).body()).contains("Tokens of <b class=\"break\">" + id + "</b> count");
        assertThat(operator.get(page).body()).contains(id).doesNotContain("Refuse its tokens");
        assertThat(PartnerBrowser.of(academy, consumer).get(page).body())
                .contains(id)
                .doesNotContain("Refuse its tokens");
        assertThat(owner.get(client).body()).contains("value=\"" + id + "\"", "takes its place");

        Browser stranger = Browser.signedIn(Browser.at(Academy.open(), "stella"), "owner");
        assertThat(stranger.get(client).status()).isEqualTo(404);
        TestConsumer second = academy.consumer("members:read");
        String taken = "/portal/consumers/" + second.publicId() + "/oauth-client";
        Page refused = owner.submit(owner.get(taken), taken, Map.of("client_id", id));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("is bound to a consumer already");

        assertThat(owner.submit(owner.get(page), client + "/end", Map.of()).status())
                .isEqualTo(303);
        assertThat(owner.get(page).body()).contains("No client's tokens count");
        assertThat(audited()).containsExactly("consumer.client_bound", "consumer.client_unbound");
    }

    @Test
    void bindsNoClientWithoutAnIdAndForNobodyElse() {
        for (String id : List.of("", " ", "x".repeat(256))) {
            Page refused = owner.submit(owner.get(client), client, Map.of("client_id", id));
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.body()).contains("255 characters at most");
        }
        Browser partner = PartnerBrowser.of(academy, consumer);
        for (Browser other : List.of(operator, partner)) {
            assertThat(other.get(client).status()).isEqualTo(403);
            assertThat(other.submit(other.you(), client, Map.of("client_id", "mine"))
                            .status())
                    .isEqualTo(403);
            assertThat(other.submit(other.you(), client + "/end", Map.of()).status())
                    .isEqualTo(403);
        }
        assertThat(audited()).doesNotContain("consumer.client_bound");
    }

    @Test
    void tellsWhoeverSignsInThatAKeyLeaked() {
        assertThat(owner.get("/portal").body()).doesNotContain("reported as public");
        Academy.execute("update api_keys set revoked_at = now(), leaked_at = now() where id = ?", consumer.keyId());

        assertThat(owner.get("/portal").body())
                .contains("1 key was reported as public in the last 7 days", "href=\"/portal/leaks\"");
        assertThat(operator.get("/portal").body())
                .contains("1 key was reported as public in the last 7 days")
                .doesNotContain("href=\"/portal/leaks\"");

        Academy.execute(
                "update api_keys set revoked_at = now() - interval '8 days', leaked_at = now() - interval '8 days'"
                        + " where id = ?",
                consumer.keyId());
        assertThat(owner.get("/portal").body()).doesNotContain("reported as public");
    }

    @Test
    void saysWhoSaidWhichContractItWasBuiltAgainst() {
        assertThat(owner.get(page).body()).contains("contract v1, which was the newest when it was made");
        TestConsumer admin = academy.consumer("consumers:write", "members:read");
        as(admin, "{\"contract_version\": \"v1\"}")
                .put("/v1/consumers/{id}/contract", consumer.publicId())
                .then()
                .statusCode(200);
        assertThat(owner.get(page).body()).contains("contract v1, said ");
    }

    private List<String> audited() {
        return Academy.query(
                        "select event from audit_log where tenant_id = ? and event like 'consumer.%' order by id",
                        academy.id())
                .stream()
                .map(String::valueOf)
                .toList();
    }
}
