package app.spine.access;

import static app.spine.access.BehindProxy.anyone;
import static app.spine.access.BehindProxy.as;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import app.spine.tenancy.Tenant;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.WithinASecond;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a call fails to prove its key. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(BehindProxy.class)
class KeyRefusalTest {

    private static final String CHALLENGE = "Bearer realm=\"operating-spine\"";

    @ParameterizedTest
    @ValueSource(strings = {"/v1/consumer", "/v1/members", "/v1", "/v1/", "/v1/nothing/here", "/v1/members/x/y/z"})
    void refusesACallWithoutAKeyAlsoWhereNothingIs(String path) {
        Response answer = anyone().get(path);
        assertRefused(answer, "key_missing");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo(CHALLENGE);
        assertNobodys(answer, "key_missing");
    }

    static List<String> malformed() {
        String key = randomKey();
        return List.of(
                key,
                "",
                "Bearer",
                "Bearer ",
                "Bearer  " + key,
                "Basic " + key,
                "Bearer " + key + " ",
                "Bearer " + key + "," + key,
                "Bearer " + key.substring(0, key.length() - 1),
                "Bearer " + key.substring(0, key.length() - 1) + (key.endsWith("0") ? "1" : "0"),
                "Bearer " + key.replace("spine_live_", "spine_test_"),
                "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9",
                "Bearer eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn",
                "Bearer " + "a".repeat(4_000));
    }

    // Some of these are whole keys, which no report is to name.
    @ParameterizedTest(name = "{index}")
    @MethodSource("malformed")
    void refusesWhatIsNoKey(String header) {
        Response answer = anyone().header("Authorization", header).get("/v1/consumer");
        // Spaces at the end of a header are no part of it, so such a key is whole and only unknown.
        String code = header.endsWith(" ") && header.length() > 40 ? "key_unknown" : "key_malformed";
        assertRefused(answer, code);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo(CHALLENGE + ", error=\"invalid_token\"");
        assertNobodys(answer, code);
    }

    @Test
    void refusesTwoAuthorizationHeadersAlsoWhenBothAreGood() {
        Academy.TestConsumer consumer = Academy.open().consumer("members:read");
        assertRefused(
                anyone().header("Authorization", consumer.bearer(), consumer.bearer())
                        .get("/v1/consumer"),
                "key_malformed");
    }

    @Test
    void takesTheSchemeInAnyCase() {
        Academy.TestConsumer consumer = Academy.open().consumer();
        assertThat(anyone().header("Authorization", "bEARER " + consumer.key())
                        .get("/v1/consumer")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void takesNoKeyFromTheQueryOrACookie() {
        Academy.TestConsumer consumer = Academy.open().consumer();
        assertRefused(
                anyone().queryParam("access_token", consumer.key())
                        .cookie("Authorization", consumer.bearer())
                        .get("/v1/consumer"),
                "key_missing");
    }

    @Test
    void refusesAKeyThatNobodyHas() {
        Response answer =
                anyone().header("Authorization", "Bearer " + randomKey()).get("/v1/consumer");
        assertRefused(answer, "key_unknown");
        assertNobodys(answer, "key_unknown");
    }

    @Test
    void refusesMalformedKeysWithoutSpendingTheGuessesOfTheAddress() {
        String address = BehindProxy.freshAddress();
        for (int i = 0; i < 40; i++) {
            assertThat(BehindProxy.from(address)
                            .header("Authorization", "Bearer nonsense")
                            .get("/v1/consumer")
                            .<String>path("code"))
                    .isEqualTo("key_malformed");
        }
        assertThat(BehindProxy.from(address)
                        .header("Authorization", "Bearer " + randomKey())
                        .get("/v1/consumer")
                        .<String>path("code"))
                .isEqualTo("key_unknown");
    }

    @Test
    void refusesAKeyOutsideItsPeriod() {
        Academy academy = Academy.open();
        Academy.TestConsumer consumer = academy.consumer("members:read");
        Instant now = Instant.now();
        assertOwners(academy, academy.issue(consumer.id(), Environment.LIVE, null, now.minusSeconds(1)), "key_expired");
        assertOwners(
                academy,
                academy.issue(consumer.id(), Environment.LIVE, now.plusSeconds(3_600), null),
                "key_not_yet_valid");
        assertThat(as(academy.issue(consumer.id(), Environment.LIVE, now.minusSeconds(1), now.plusSeconds(3_600)))
                        .get("/v1/consumer")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesAKeyTheMomentItExpiresThoughItIsRemembered() {
        Academy academy = Academy.open();
        Instant end = Instant.now().plusSeconds(5).truncatedTo(ChronoUnit.MILLIS);
        Academy.TestConsumer consumer = academy.issue(academy.consumer().id(), Environment.LIVE, null, end);
        assertThat(as(consumer).get("/v1/consumer").statusCode()).isEqualTo(200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    Instant before = Instant.now();
                    int status = as(consumer).get("/v1/consumer").statusCode();
                    Instant after = Instant.now();
                    // A call that is under way when the key ends may find either.
                    if (after.isBefore(end)) {
                        assertThat(status).isEqualTo(200);
                    } else if (!before.isBefore(end)) {
                        assertThat(status).isEqualTo(401);
                    }
                    return !before.isBefore(end);
                });
    }

    @Test
    void refusesARevokedKeyWithinASecondThoughItIsRemembered() {
        Academy academy = Academy.open();
        Academy.TestConsumer consumer = academy.consumer();
        assertThat(as(consumer).get("/v1/consumer").statusCode()).isEqualTo(200);
        Academy.execute(
                "update api_keys set revoked_at = now() where tenant_id = ? and id = ?",
                academy.id(),
                consumer.keyId());
        WithinASecond.shows(() -> as(consumer).get("/v1/consumer").statusCode() == 401);
        assertOwners(academy, consumer, "key_revoked");
    }

    private static void assertOwners(Academy academy, Academy.TestConsumer consumer, String code) {
        Response answer = as(consumer).get("/v1/members");
        assertRefused(answer, code);
        LoggedRequest row = LoggedRequest.of(answer);
        assertThat(row.tenantId()).isEqualTo(academy.id());
        assertThat(row.consumerId()).isEqualTo(consumer.id());
        assertThat(row.keyId()).isEqualTo(consumer.keyId());
        assertThat(row.code()).isEqualTo(code);
    }

    private static void assertNobodys(Response answer, String code) {
        LoggedRequest row = LoggedRequest.of(answer);
        assertThat(row.tenantId()).isEqualTo(Tenant.NOBODY.id());
        assertThat(row.consumerId()).isNull();
        assertThat(row.keyId()).isNull();
        assertThat(row.code()).isEqualTo(code);
    }

    private static void assertRefused(Response answer, String code) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(401);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.<String>path("code")).isEqualTo(code);
        assertThat(answer.<Integer>path("status")).isEqualTo(401);
        assertThat(answer.<String>path("type")).isEqualTo("/reference/errors#" + code);
        assertThat(answer.<String>path("title")).isNotBlank();
        assertThat(answer.<String>path("detail")).isNotBlank();
        assertThat(answer.<String>path("request_id")).isEqualTo(answer.header("Request-Id"));
    }

    private static String randomKey() {
        return KeyText.generate(Environment.LIVE, new SecureRandom());
    }
}
