package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(BehindProxy.class)
class RefusalsTest {

    private static final int CALLS = 200;

    @Test
    void countsAConsumersFloodOfRefusalsInFewRows() throws Exception {
        Academy academy = Academy.open();
        Academy.TestConsumer consumer = academy.consumer("members:read");
        long startedNanos = System.nanoTime();
        List<Response> answers =
                flood(() -> BehindProxy.as(consumer).get("/v1/members/member_01h455vb4pex5vsknk084sn02q"));
        assertCounted(answers, "tenant_id = '" + academy.id() + "'", mostRows(startedNanos));
    }

    @Test
    void countsAnAddressesFloodOfRefusalsInFewRows() throws Exception {
        String address = BehindProxy.freshAddress();
        long startedNanos = System.nanoTime();
        List<Response> answers = flood(() -> BehindProxy.from(address).get("/v1/members"));
        assertCounted(answers, "address = '" + address + "'", mostRows(startedNanos));
    }

    @Test
    void givesEachSuccessARowOfItsOwn() throws Exception {
        Academy academy = Academy.open();
        Academy.TestConsumer consumer = academy.consumer("members:read");
        flood(() -> BehindProxy.as(consumer).get("/v1/members"));
        assertThat(Academy.query("select count(*) from api_requests where tenant_id = ?", academy.id()))
                .containsExactly((long) CALLS);
    }

    /** Ten rows of their own a second and one for each tenth of a second. */
    private static int mostRows(long startedNanos) {
        long seconds = Duration.ofNanos(System.nanoTime() - startedNanos).toSeconds();
        return Math.toIntExact(Math.min(CALLS - 1, 20 * (seconds + 2)));
    }

    private static void assertCounted(List<Response> answers, String rows, int mostRows) {
        assertThat(answers).allSatisfy(answer -> {
            LoggedRequest row = LoggedRequest.of(answer);
            assertThat(answer.<String>path("request_id")).isEqualTo(answer.header("Request-Id"));
            assertThat(row.count()).isPositive();
        });
        assertThat(Academy.query("select sum(count) from api_requests where " + rows))
                .containsExactly((long) CALLS);
        assertThat(Academy.query("select id from api_requests where " + rows)).hasSizeBetween(11, mostRows);
        assertThat(answers.stream().map(LoggedRequest::id).distinct())
                .containsExactlyInAnyOrderElementsOf(Academy.query("select id from api_requests where " + rows).stream()
                        .map(id -> (UUID) Objects.requireNonNull(id))
                        .toList());
    }

    private static List<Response> flood(Supplier<Response> call) throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(40)) {
            List<Future<Response>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(callers.submit(call::get));
            }
            List<Response> answers = new ArrayList<>();
            for (Future<Response> answer : calls) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}
