package app.spine.portal;

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a partner's developers come to use the portal for their consumer. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(SignIn.class)
class InvitationTest {

    private static final Pattern CODE = Pattern.compile("<code id=\"code\">([^<]+)</code>");

    private final Academy academy = Academy.open();
    private final TestConsumer consumer = academy.consumer("members:read");
    private Browser owner = Browser.nowhere();

    /** Not before the application is there, which a field would be. */
    @BeforeEach
    void signIn() {
        owner = Browser.signedIn(Browser.at(academy, "olga"), "owner");
    }

    @Test
    void bindsWhoeverEntersTheCodeByIssuerAndSubject() {
        Browser partner = Browser.signedIn(Browser.at(academy, "pat"), "partner");
        assertThat(partner.follow(partner.get("/portal")).address().getPath()).isEqualTo("/portal/invitation");
        Page done = accept(partner, invite());
        assertThat(done.status()).isEqualTo(303);
        assertThat(partner.get("/portal").status()).isEqualTo(200);
        assertThat(Academy.query(
                        "select subject || ' ' || consumer_id || ' ' || (issuer like 'http://localhost:%') from consumer_partners"
                                + " where tenant_id = ?",
                        academy.id()))
                .containsExactly(Browser.at(academy, "pat") + " " + consumer.id() + " true");
        assertThat(Academy.query(
                        "select event || ' ' || actor_id from audit_log where tenant_id = ? and event like 'partner.%' order by id",
                        academy.id()))
                .containsExactly(
                        "partner.invited " + Browser.at(academy, "olga"),
                        "partner.bound " + Browser.at(academy, "pat"));
    }

    @Test
    void showsTheCodeOnceAndStoresItNowhere() {
        String code = invite();
        assertThat(code).hasSize(32);
        assertThat(Academy.query(
                        "select 1 from audit_values where tenant_id = ? and coalesce(after, '') like '%' || ? || '%'",
                        academy.id(), code))
                .isEmpty();
        assertThat(Academy.query(
                        "select 1 from consumer_invitations i where tenant_id = ? and i::text like '%' || ? || '%'",
                        academy.id(), code))
                .isEmpty();
    }

    @Test
    void letsOneInOfThoseWhoEnterACodeAtTheSameInstant() throws Exception {
        String code = invite();
        List<Browser> partners = IntStream.range(0, 4)
                .mapToObj(i -> Browser.signedIn(Browser.at(academy, "pat" + i), "partner"))
                .toList();
        CyclicBarrier together = new CyclicBarrier(partners.size());
        List<Integer> statuses;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> attempts = threads.invokeAll(partners.stream()
                    .<Callable<Integer>>map(partner -> {
                        Page form = partner.get("/portal/invitation");
                        return () -> {
                            together.await();
                            return partner.submit(form, "/portal/invitation", Map.of("code", code))
                                    .status();
                        };
                    })
                    .toList());
            statuses = attempts.stream().map(InvitationTest::result).sorted().toList();
        }
        assertThat(statuses).containsExactly(303, 404, 404, 404);
        assertThat(Academy.query("select subject from consumer_partners where tenant_id = ?", academy.id()))
                .hasSize(1);
    }

    @Test
    void endsAnInvitationAfterSevenDays() {
        String code = invite();
        Academy.execute(
                "update consumer_invitations set created_at = created_at - interval '7 days',"
                        + " expires_at = expires_at - interval '7 days' where tenant_id = ?",
                academy.id());
        Page refused = accept(Browser.signedIn(Browser.at(academy, "pat"), "partner"), code);
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.body()).contains("No invitation that is open has this code");
    }

    @Test
    void takesNoCodeOfAnotherAcademy() {
        String code = invite();
        Page refused = accept(Browser.signedIn(Browser.at(Academy.open(), "pat"), "partner"), code);
        assertThat(refused.status()).isEqualTo(404);
    }

    @Test
    void leavesTheCodeOpenForOthersWhereSomebodyHasAConsumerAlready() {
        Browser pat = Browser.signedIn(Browser.at(academy, "pat"), "partner");
        accept(pat, invite());
        String second = invite();
        // A form that was open before the first code was entered.
        Page refused = pat.submit(pat.you(), "/portal/invitation", Map.of("code", second));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(accept(Browser.signedIn(Browser.at(academy, "kim"), "partner"), second)
                        .status())
                .isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(strings = {"operator", "partner"})
    void isMadeByTheAcademyAlone(String role) {
        Browser browser = Browser.signedIn(Browser.at(academy, "kim"), role);
        Page form = role.equals("partner") ? browser.get("/portal/invitation") : browser.you();
        assertThat(browser.submit(form, path(), Map.of()).status()).isEqualTo(403);
        assertThat(Academy.query("select id from consumer_invitations where tenant_id = ?", academy.id()))
                .isEmpty();
    }

    @Test
    void isOfAConsumerOfTheAcademy() {
        String others = "/portal/consumers/" + Academy.open().consumer().publicId() + "/invitations";
        Page home = owner.you();
        assertThat(owner.submit(home, others, Map.of()).status()).isEqualTo(404);
        assertThat(owner.submit(home, "/portal/consumers/consumer_x/invitations", Map.of())
                        .status())
                .isEqualTo(404);
    }

    @Test
    void isMadeTwentyTimesAtMostWhileNobodyAccepts() {
        for (int i = 0; i < 20; i++) {
            invite();
        }
        assertThat(owner.submit(owner.you(), path(), Map.of()).status()).isEqualTo(409);
    }

    @Test
    void endsWhatAPartnerMayWithItsNextRequest() {
        Browser pat = Browser.signedIn(Browser.at(academy, "pat"), "partner");
        accept(pat, invite());
        String binding = app.spine.http.TypeId.format("partner", (java.util.UUID)
                Academy.query("select id from consumer_partners where tenant_id = ?", academy.id())
                        .getFirst());
        String end = "/portal/consumers/" + consumer.publicId() + "/partners/" + binding + "/end";
        assertThat(owner.submit(owner.you(), end, Map.of()).status()).isEqualTo(303);
        assertThat(pat.get("/portal").header("Location").orElse("")).endsWith("/portal/invitation");
        assertThat(owner.submit(owner.you(), end, Map.of()).status()).isEqualTo(404);
        assertThat(Academy.query(
                        "select event from audit_log where tenant_id = ? and event = 'partner.unbound'", academy.id()))
                .hasSize(1);
    }

    private static int result(Future<Integer> attempt) {
        try {
            return attempt.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String path() {
        return "/portal/consumers/" + consumer.publicId() + "/invitations";
    }

    private String invite() {
        Page made = owner.submit(owner.you(), path(), Map.of());
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        Matcher code = CODE.matcher(made.body());
        assertThat(code.find()).isTrue();
        return code.group(1);
    }

    private static Page accept(Browser partner, String code) {
        return partner.submit(partner.get("/portal/invitation"), "/portal/invitation", Map.of("code", code));
    }
}
