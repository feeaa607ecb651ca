package app.spine.consumers;

import static app.spine.testsupport.Calls.assertKeyMissing;
import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.assertScopeMissing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PUT} and {@code DELETE /v1/consumers/{id}/oauth-client}. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class OAuthClientTest {

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer("consumers:read", "consumers:write", "members:read");
    private final TestConsumer app = academy.consumer("members:read");
    private final String client = "client-" + UUID.randomUUID();

    @ConfigProperty(name = "spine.oidc.issuer")
    String issuer;

    @Nested
    class Bind {

        @Test
        void showsTheClientAndAuditsIt() {
            Response answer = bind(app, client);

            answer.then()
                    .statusCode(200)
                    .body("id", is(app.publicId()))
                    .body("oauth_client", is(Map.of("issuer", issuer, "client_id", client)));
            Calls.as(admin)
                    .get("/v1/consumers/{id}", app.publicId())
                    .then()
                    .header("ETag", is(answer.header("ETag")))
                    .body("oauth_client.client_id", is(client));
            assertThat(audited()).containsExactly("consumer.client_bound");
        }

        @Test
        void changesNothingTheSecondTime() {
            Response first = bind(app, client);
            Response second = bind(app, client);

            second.then().statusCode(200).header("ETag", is(first.header("ETag")));
            assertThat(audited()).containsExactly("consumer.client_bound");
        }

        @Test
        void takesThePlaceOfTheClientBeforeWhichIsFreeAgain() {
            bind(app, client);
            bind(app, client + "-2").then().statusCode(200).body("oauth_client.client_id", is(client + "-2"));
            bind(academy.consumer(), client).then().statusCode(200);
            assertThat(audited())
                    .containsExactly("consumer.client_bound", "consumer.client_bound", "consumer.client_bound");
        }

        /** The same answer, so that nobody learns whether it is an academy of its own that has the client. */
        @Test
        void refusesAClientThatIsBoundWhoeverHasIt() {
            bind(app, client);
            Response own = bind(academy.consumer(), client);
            Academy other = Academy.open();
            TestConsumer stranger = other.consumer("consumers:write");
            Response foreign = bind(stranger, other.consumer(), client);

            assertRefused(own, 409, "conflict").body("reasons[0].pointer", is("/client_id"));
            assertRefused(foreign, 409, "conflict");
            assertThat(Calls.withoutRequestId(foreign)).isEqualTo(Calls.withoutRequestId(own));
            assertThat(foreign.asString())
                    .doesNotContain(app.publicId(), academy.id().toString());
            assertThat(audited()).hasSize(1);
        }

        /** What the database refuses is named in the log: which statement, and none of its values. */
        @Test
        void writesNothingOfPeopleIntoTheLogWhenTheDatabaseRefuses() {
            bind(app, client);
            TestConsumer second = academy.consumer();
            Academy.execute("update api_consumers set owner_email = 'mia@private.example' where id = ?", second.id());
            StringBuilder logged = new StringBuilder();
            Handler listener = new Handler() {
                @Override
                public void publish(LogRecord line) {
                    StringWriter text = new StringWriter();
                    if (line.getThrown() != null) {
                        line.getThrown().printStackTrace(new PrintWriter(text));
                    }
                    synchronized (logged) {
                        logged.append(line.getMessage())
                                .append(Arrays.toString(line.getParameters()))
                                .append(text);
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };
            Logger root = Logger.getLogger("");
            root.addHandler(listener);
            try {
                assertRefused(bind(second, client), 409, "conflict");
            } finally {
                root.removeHandler(listener);
            }

            assertThat(logged.toString())
                    .contains("oauth_client_claims_pkey")
                    .doesNotContain("mia@private.example", client);
        }

        @Test
        void givesAClientToOneOfManyThatWantItAtOnce() throws Exception {
            List<TestConsumer> consumers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                consumers.add(academy.consumer());
            }
            List<Integer> statuses = new ArrayList<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Integer>> calls = consumers.stream()
                        .map(consumer ->
                                threads.submit(() -> bind(consumer, client).statusCode()))
                        .toList();
                for (Future<Integer> call : calls) {
                    statuses.add(call.get());
                }
            }
            assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
            assertThat(statuses).filteredOn(status -> status == 409).hasSize(7);
        }

        @Test
        void bindsTheSameOneManyTimesAtOnceWithOneRecord() throws Exception {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Integer>> calls = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    calls.add(threads.submit(() -> bind(app, client).statusCode()));
                }
                for (Future<Integer> call : calls) {
                    assertThat(call.get()).isEqualTo(200);
                }
            }
            assertThat(audited()).containsExactly("consumer.client_bound");
        }

        @Test
        void refusesAConsumerThatHoldsOrAwaitsMoreThanTheCaller() {
            assertScopeMissing(bind(academy.consumer("bookings:read"), client), "bookings:read");
            TestConsumer waiting = academy.consumer();
            Academy.execute(
                    "update api_consumers set scopes_pending = '{refunds:write}', scopes_requested_by = 'test',"
                            + " scopes_requested_at = now() where id = ?",
                    waiting.id());
            assertScopeMissing(bind(waiting, client), "refunds:write");
            assertThat(audited()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"{}", "{\"client_id\": null}", "{\"client_id\": \"  \"}"})
        void refusesNoClient(String body) {
            assertRefused(put(admin, app, body), 422, "invalid").body("reasons[0].pointer", is("/client_id"));
        }

        @Test
        void refusesATextThatIsTooLongOrCannotBeStored() {
            assertRefused(bind(app, "a".repeat(256)), 422, "invalid");
            assertRefused(put(admin, app, "{\"client_id\": \"a\\u0000b\"}"), 400, "bad_value");
            assertThat(bind(app, "é".repeat(255)).statusCode()).isEqualTo(200);
            unbind(app);
        }

        @Test
        void refusesACallWithoutAKeyOrItsScope() {
            assertKeyMissing(Calls.nobody()
                    .contentType("application/json")
                    .body("{}")
                    .put("/v1/consumers/{id}/oauth-client", app.publicId()));
            assertScopeMissing(put(academy.consumer("consumers:read"), app, "{}"), "consumers:write");
        }

        @Test
        void findsNoConsumerOfAnotherAcademy() {
            TestConsumer stranger = Academy.open().consumer("consumers:write", "members:read");
            assertRefused(bind(stranger, app, client), 404, "not_found");
            assertRefused(put(admin, "consumer_nonsense", client), 404, "not_found");
        }
    }

    @Nested
    class Unbind {

        @Test
        void freesTheClientAndAuditsItOnce() {
            bind(app, client);

            unbind(app).then().statusCode(200).body("oauth_client", nullValue()).header("ETag", not(nullValue()));
            unbind(app).then().statusCode(200).body("oauth_client", nullValue());
            assertThat(audited()).containsExactly("consumer.client_bound", "consumer.client_unbound");
            Academy other = Academy.open();
            bind(other.consumer("consumers:write"), other.consumer(), client)
                    .then()
                    .statusCode(200);
        }

        /** As with revoking a key: stopping is for anyone who may write consumers. */
        @Test
        void takesNoScopeOfTheConsumer() {
            bind(app, client);
            assertThat(unbind(academy.consumer("consumers:write"), app).statusCode())
                    .isEqualTo(200);
        }

        @Test
        void refusesACallWithoutAKeyOrItsScopeAndFindsNoStrangersConsumer() {
            assertKeyMissing(Calls.nobody().delete("/v1/consumers/{id}/oauth-client", app.publicId()));
            assertScopeMissing(unbind(app, app), "consumers:write");
            assertRefused(unbind(Academy.open().consumer("consumers:write"), app), 404, "not_found");
        }
    }

    private Response bind(TestConsumer consumer, String wanted) {
        return bind(admin, consumer, wanted);
    }

    private static Response bind(TestConsumer caller, TestConsumer consumer, String wanted) {
        return put(caller, consumer, "{\"client_id\": \"" + wanted + "\"}");
    }

    private static Response put(TestConsumer caller, TestConsumer consumer, String body) {
        return Calls.as(caller, body).put("/v1/consumers/{id}/oauth-client", consumer.publicId());
    }

    private static Response put(TestConsumer caller, String consumer, String wanted) {
        return Calls.as(caller, "{\"client_id\": \"" + wanted + "\"}").put("/v1/consumers/{id}/oauth-client", consumer);
    }

    private Response unbind(TestConsumer consumer) {
        return unbind(admin, consumer);
    }

    private static Response unbind(TestConsumer caller, TestConsumer consumer) {
        return Calls.as(caller).delete("/v1/consumers/{id}/oauth-client", consumer.publicId());
    }

    private List<Object> audited() {
        return Academy.query(
                        "select event from audit_log where tenant_id = ? and event like 'consumer.client%' order by id",
                        academy.id())
                .stream()
                .map(Object.class::cast)
                .toList();
    }
}
