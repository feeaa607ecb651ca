package app.spine.members;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Changes of one member at the same moment. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MemberRaceTest {

    private static final int ROUNDS = 20;

    private final Academy academy = Academy.open();
    private final MemberApi api = MemberApi.ofEverything(academy);

    @Test
    void oneOfTwoChangesFromTheSameTagWins() throws Exception {
        String id = api.addedAdult("Anna");
        for (int round = 0; round < ROUNDS; round++) {
            String patch = "{\"legal_name\": \"Anna %d %%d\"}".formatted(round);

            assertOneWins(id, patch.formatted(1), patch.formatted(2));
        }
        assertThat(Academy.query("select count(*) from audit_log where tenant_id = ?", academy.id()))
                .containsExactly(ROUNDS + 1L);
    }

    /** Whoever repeats a call that seems lost sends the same words and contacts, which are unique to the member. */
    @Test
    void oneOfTwoEqualChangesFromTheSameTagWins() throws Exception {
        String id = api.addedAdult("Anna");
        for (int round = 0; round < ROUNDS; round++) {
            String patch = """
                    {"legal_name": "New%d Name%d", "contacts": [{"type": "email", "value": "a%d@example.com"}]}""".formatted(round, round, round);

            assertOneWins(id, patch, patch);
        }
    }

    @Test
    void changesFromAnyTagAllHappenOrAreStaleAndNothingElse() throws Exception {
        String id = api.addedAdult("Anna");
        for (int round = 0; round < ROUNDS; round++) {
            String patch = """
                    {"legal_name": "Round%d", "contacts": [{"type": "phone", "value": "04915701%d"}]}""".formatted(round, 56 + round % 4);

            List<Integer> statuses = both(
                    () -> api.change(id, patch).statusCode(),
                    () -> api.change(id, patch).statusCode());

            assertThat(statuses).contains(200).isSubsetOf(200, 412);
        }
    }

    private void assertOneWins(String id, String first, String second) throws Exception {
        String etag = api.etag(id);
        assertThat(both(
                        () -> api.change(id, etag, first).statusCode(),
                        () -> api.change(id, etag, second).statusCode()))
                .containsExactlyInAnyOrder(200, 412);
    }

    private static List<Integer> both(Callable<Integer> first, Callable<Integer> second) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> running = IntStream.range(0, 2)
                    .mapToObj(i -> threads.submit(() -> {
                        start.await();
                        return (i == 0 ? first : second).call();
                    }))
                    .toList();
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> each : running) {
                statuses.add(each.get());
            }
            return statuses;
        }
    }
}
