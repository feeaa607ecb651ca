package app.spine.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class NameRouteTest {

    private final Academy academy = Academy.open();

    @Inject
    MeterRegistry registry;

    @Inject
    FailureHandlers handlers;

    /** What would have answered a failure of authentication, once the framework had its turn. */
    @ApplicationScoped
    static class FailureHandlers {

        private static final int BEHIND_NAMING = 198;

        private final List<String> seen = new CopyOnWriteArrayList<>();

        void register(@Observes Filters filters) {
            filters.register(
                    context -> {
                        Object handler = context.get(QuarkusHttpUser.AUTH_FAILURE_HANDLER);
                        if (context.normalizedPath().endsWith("named-nowhere")) {
                            seen.add(handler.getClass().getName());
                        }
                        context.next();
                    },
                    BEHIND_NAMING);
        }

        List<String> seen() {
            return seen;
        }
    }

    @Test
    void namesWhatIsRefusedBeforeAnOperationByItsRoute() {
        given().get("/v1/members/member_00000000000000000000000000").then().statusCode(401);
        given().header("Authorization", academy.consumer("members:read").bearer())
                .options("/v1/consumers/consumer_00000000000000000000000000")
                .then()
                .statusCode(405);
        given().get("/v1/no-route/of-that-name").then().statusCode(401);
        given().delete("/v1/members/member_00000000000000000000000000").then().statusCode(401);
        Awaitility.await().untilAsserted(() -> {
            assertThat(uris("401"))
                    .contains("/v1/unknown")
                    .noneMatch(uri -> uri.contains("no-route") || uri.contains("_0"));
            assertThat(uris("401")).contains("/v1/members/{id}");
            assertThat(uris("405")).contains("/v1/consumers/{id}");
        });
    }

    @Test
    void namesNoRequestAheadOfItsRefusal() {
        given().get("/v1/named-nowhere").then().statusCode(401);
        assertThat(handlers.seen()).isNotEmpty().allMatch(name -> name.startsWith(NameRoute.class.getName()));
    }

    private List<String> uris(String status) {
        return registry.find("http.server.requests").tag("status", status).timers().stream()
                .map(Meter::getId)
                .map(id -> id.getTag("uri"))
                .toList();
    }
}
