package app.spine.consumers;

import static app.spine.testsupport.Calls.assertRefused;
import static app.spine.testsupport.Calls.withoutRequestId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/consumers}; their keys have a test of their own. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class ConsumerResourceTest {

    private final Academy academy = Academy.open();
    private final TestConsumer admin = academy.consumer(
            "consumers:read", "consumers:write", "members:read", "bookings:read", "members.minor:read");

    @Nested
    class ListAll {

        @Test
        void showsEachConsumerOnceInTheOrderOfTheirMaking() {
            List<String> made = new ArrayList<>(List.of(admin.publicId()));
            for (int i = 0; i < 4; i++) {
                made.add(academy.consumer("members:read").publicId());
            }
            Academy.open().consumer("members:read");

            List<String> shown = new ArrayList<>();
            Response page = list(Map.of("limit", 2));
            shown.addAll(page.path("data.id"));
            while (page.path("next") != null && shown.size() < 20) {
                page = list(Map.of("limit", 2, "after", page.<String>path("next")));
                shown.addAll(page.path("data.id"));
            }

            assertThat(shown).isEqualTo(made);
            assertThat(page.jsonPath().getMap("$")).containsEntry("next", null);
            assertThat(list(Map.of()).<List<String>>path("data.id")).isEqualTo(made);
        }

        @ParameterizedTest
        @CsvSource({"limit, 0", "limit, 101", "limit, abc", "after, x", "after, ''"})
        void refusesWhatCannotBeRead(String parameter, String value) {
            assertRefused(list(Map.of(parameter, value)), 400, "bad_value")
                    .body("reasons.parameter", is(List.of(parameter)));
        }

        @Test
        void takesAKeyAndItsScope() {
            Calls.assertKeyMissing(Calls.nobody().get("/v1/consumers"));
            Calls.assertScopeMissing(
                    Calls.as(academy.consumer("consumers:write")).get("/v1/consumers"), "consumers:read");
        }

        @Test
        void showsATestKeyNoLiveConsumer() {
            Calls.as(academy.consumer(Environment.TEST, "consumers:read"))
                    .get("/v1/consumers")
                    .then()
                    .statusCode(200)
                    .body("data", empty());
        }

        private Response list(Map<String, ?> parameters) {
            return Calls.as(admin).queryParams(parameters).get("/v1/consumers");
        }
    }

    @Nested
    class Read {

        @Test
        void isTheSameForAnotherAcademysConsumerAsForNone() {
            TestConsumer theirs = Academy.open().consumer("members:read");
            Response nowhere = read(admin, TypeId.format("consumer", UuidV7.create(Clock.systemUTC())));

            assertRefused(nowhere, 404, "not_found");
            assertThat(withoutRequestId(read(admin, theirs.publicId()))).isEqualTo(withoutRequestId(nowhere));
        }

        @ParameterizedTest
        @ValueSource(strings = {"x", "member_01h455vb4pex5vsknk084sn02q", "consumer_"})
        void findsNoneUnderWhatIsNoId(String id) {
            assertRefused(read(admin, id), 404, "not_found");
        }

        @Test
        void takesAKeyAndItsScope() {
            Calls.assertKeyMissing(Calls.nobody().get("/v1/consumers/{id}", admin.publicId()));
            Calls.assertScopeMissing(read(academy.consumer("consumers:write"), admin.publicId()), "consumers:read");
        }
    }

    private static Response read(TestConsumer caller, String id) {
        return Calls.as(caller).get("/v1/consumers/{id}", id);
    }
}
