package app.spine.access;

import static app.spine.access.BehindProxy.freshAddress;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.WithinASecond;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Header;
import io.restassured.response.Response;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /leaks}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(BehindProxy.class)
class LeakTest {

    private final Academy academy = Academy.open();
    private final TestConsumer app = academy.consumer("members:read");

    @Test
    void endsALiveKeyWithinASecond() {
        TestConsumer spare = academy.issue(app.id(), Environment.LIVE, null, null);
        assertThat(BehindProxy.as(app).get("/v1/members").statusCode()).isEqualTo(200);

        assertAccepted(report(freshAddress(), token(app.key())));

        WithinASecond.shows(() -> BehindProxy.as(app).get("/v1/members").statusCode() == 401);
        assertThat(BehindProxy.as(app).get("/v1/members").<String>path("code")).isEqualTo("key_revoked");
        assertThat(BehindProxy.as(spare).get("/v1/members").statusCode()).isEqualTo(200);
        assertThat(status(app.keyId())).isEqualTo("leaked");
        assertThat(Academy.query("""
                        select concat_ws(' ', event, actor_kind, actor_id, entity_id, v.before::jsonb ->> 'status',
                            v.after::jsonb ->> 'status', v.after::jsonb ->> 'id')
                        from audit_log l join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                        where l.tenant_id = ?""", academy.id()))
                .containsExactly("consumer.key_revoked system leak-report " + app.publicId() + " active leaked "
                        + app.publicKeyId());
    }

    @Test
    void endsAllKeysRotatedFromItHoweverFar() {
        TestConsumer second = successor(app);
        TestConsumer third = successor(second);
        TestConsumer fourth = successor(third);
        TestConsumer neighbour = successor(academy.issue(app.id(), Environment.LIVE, null, null));
        TestConsumer other = Academy.open().consumer("members:read");

        assertAccepted(report(freshAddress(), token(second.key())));

        for (TestConsumer ended : List.of(second, third, fourth)) {
            assertThat(status(ended.keyId())).isEqualTo("leaked");
        }
        for (TestConsumer untouched : List.of(app, neighbour, other)) {
            assertThat(status(untouched.keyId())).isEqualTo("live");
        }
        assertThat(Academy.query("select event from audit_log where tenant_id = ?", academy.id()))
                .containsOnly("consumer.key_revoked")
                .hasSize(3);
    }

    @Test
    void endsNothingForAKeyThatNoLongerWorks() {
        TestConsumer successor = successor(app);
        Academy.execute("update api_keys set expires_at = now() - interval '1 minute' where id = ?", app.keyId());
        TestConsumer revoked = academy.issue(app.id(), Environment.LIVE, null, null);
        Academy.execute("update api_keys set revoked_at = now() where id = ?", revoked.keyId());

        assertAccepted(report(freshAddress(), token(app.key())));
        assertAccepted(report(freshAddress(), token(revoked.key())));

        assertThat(status(successor.keyId())).isEqualTo("live");
        assertThat(status(revoked.keyId())).isEqualTo("revoked");
        assertThat(Academy.query("select event from audit_log where tenant_id = ?", academy.id()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"token\": null}",
                "{\"token\": 5}",
                "{\"token\": \"\"}",
                "{\"token\": \"spine_live_000000000000000000000000000000000000\"}",
                "{\"token\": {\"token\": \"x\"}}",
                "\u0000"
            })
    void answersTheSameWhateverItIsSent(String body) {
        assertAccepted(report(freshAddress(), body));
    }

    @Test
    void answersTheSameToMoreThanAKeyCanBe() {
        assertAccepted(report(freshAddress(), "x".repeat(200_000)));
    }

    @Test
    void answersTheSameInTheSameTimeWhetherAKeyWorksOrNot() {
        String unknown = KeyText.generate(Environment.LIVE, new SecureRandom());
        report(freshAddress(), token(unknown));
        TestConsumer reported = academy.issue(app.id(), Environment.LIVE, null, null);

        Response none = report(freshAddress(), "{}");
        Response nobodys = report(freshAddress(), token(unknown));
        Response known = report(freshAddress(), token(reported.key()));

        assertThat(nobodys.asString()).isEqualTo(none.asString()).isEqualTo(known.asString());
        assertThat(names(nobodys)).isEqualTo(names(none)).isEqualTo(names(known));
        for (Response answer : List.of(none, nobodys, known)) {
            assertThat(answer.time()).isGreaterThanOrEqualTo(LeakRoutes.ANSWER_AFTER.toMillis());
        }
        assertThat(status(reported.keyId())).isEqualTo("leaked");
    }

    @Test
    void hearsAnAddressOnlySoOftenAndAnswersTheSame() throws Exception {
        String address = freshAddress();
        List<TestConsumer> keys = IntStream.range(0, 30)
                .mapToObj(i -> academy.issue(app.id(), Environment.LIVE, null, null))
                .toList();
        long startedNanos = System.nanoTime();

        try (ExecutorService threads = Executors.newFixedThreadPool(30)) {
            List<Future<Response>> running = keys.stream()
                    .map(key -> threads.submit(() -> report(address, token(key.key()))))
                    .toList();
            for (Future<Response> one : running) {
                assertAccepted(one.get());
            }
        }

        // The profile gives an address three a second.
        long most =
                3 + 3 * (1 + Duration.ofNanos(System.nanoTime() - startedNanos).toSeconds());
        long heard = keys.stream()
                .filter(key -> status(key.keyId()).equals("leaked"))
                .count();
        assertThat(heard).isBetween(3L, Math.min(most, 29));
        TestConsumer unheard = keys.stream()
                .filter(key -> status(key.keyId()).equals("live"))
                .findFirst()
                .orElseThrow();
        assertAccepted(report(freshAddress(), token(unheard.key())));
        assertThat(status(unheard.keyId())).isEqualTo("leaked");
    }

    @Test
    void writesTheBodyNowhere() {
        String unknown = KeyText.generate(Environment.LIVE, new SecureRandom());
        assertAccepted(report(freshAddress(), token(unknown)));
        assertAccepted(report(freshAddress(), token(app.key())));

        for (Object table : Academy.query("select tablename from pg_tables where schemaname = 'public'")) {
            for (String piece : List.of(unknown.substring(11, 41), app.key().substring(11, 41))) {
                assertThat(Academy.query(
                                "select 1 from " + table + " as r where position(? in r::text) > 0 limit 1", piece))
                        .isEmpty();
            }
        }
    }

    private TestConsumer successor(TestConsumer old) {
        TestConsumer successor = academy.issue(app.id(), Environment.LIVE, null, null);
        Academy.execute("update api_keys set replaces = ? where id = ?", old.keyId(), successor.keyId());
        return successor;
    }

    private static String status(UUID keyId) {
        return String.valueOf(Academy.query(
                        "select case when leaked_at is not null then 'leaked' when revoked_at is not null then 'revoked'"
                                + " else 'live' end from api_keys where id = ?",
                        keyId)
                .getFirst());
    }

    private static String token(String key) {
        return "{\"token\": \"" + key + "\"}";
    }

    private static Response report(String address, String body) {
        return BehindProxy.from(address)
                .contentType("application/json")
                .body(body.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .post("/leaks");
    }

    private static void assertAccepted(Response answer) {
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.asString()).isEqualTo("{\"status\":\"accepted\"}");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    private static List<String> names(Response answer) {
        return answer.headers().asList().stream().map(Header::getName).toList();
    }
}
