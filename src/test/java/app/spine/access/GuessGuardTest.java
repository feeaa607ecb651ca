package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(BehindProxy.class)
class GuessGuardTest {

    private static final int FLOOD = 100;

    @Test
    void boundsTheGuessesOfAnAddress() {
        GuessGuard guard = new GuessGuard(FixedAccessConfig.guesses(5, 1_000));
        assertThat(admitted(guard, "198.51.100.1", 1_000)).isBetween(5, 50);
        assertThat(guard.admits("198.51.100.2")).isTrue();
    }

    @Test
    void boundsTheGuessesOfAllAddresses() {
        GuessGuard guard = new GuessGuard(FixedAccessConfig.guesses(5, 7));
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            admitted += admitted(guard, "198.51.100." + i, 1);
        }
        assertThat(admitted).isBetween(7, 50);
    }

    @Test
    void countsNoKeyThatTurnsOutToBeKnown() {
        GuessGuard guard = new GuessGuard(FixedAccessConfig.guesses(1, 1));
        for (int i = 0; i < 1_000; i++) {
            assertThat(guard.admits("198.51.100.1")).isTrue();
            guard.giveBack("198.51.100.1");
        }
    }

    @Test
    void neverGivesBackMoreThanWasTaken() {
        GuessGuard guard = new GuessGuard(FixedAccessConfig.guesses(2, 1_000));
        assertThat(guard.admits("198.51.100.1")).isTrue();
        for (int i = 0; i < 100; i++) {
            guard.giveBack("198.51.100.1");
        }
        assertThat(admitted(guard, "198.51.100.1", 1_000)).isBetween(2, 50);
    }

    @Test
    void refusesAFloodOfGuessesAndNotTheKnownKeyBesideIt() throws Exception {
        String address = BehindProxy.freshAddress();
        Academy.TestConsumer consumer = Academy.open().consumer();
        assertThat(get(address, consumer.key()).statusCode()).isEqualTo(200);

        List<Response> known = new ArrayList<>();
        List<Response> guesses = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<Response>> flood = new ArrayList<>();
            for (int i = 0; i < FLOOD; i++) {
                String guess = KeyText.generate(Environment.LIVE, new SecureRandom());
                flood.add(callers.submit(() -> get(address, guess)));
            }
            for (int i = 0; i < 20; i++) {
                known.add(get(address, consumer.key()));
            }
            for (Future<Response> answer : flood) {
                guesses.add(answer.get());
            }
        }

        assertThat(known).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
        List<Response> limited =
                guesses.stream().filter(answer -> answer.statusCode() == 429).toList();
        assertThat(limited).isNotEmpty();
        assertThat(limited).allSatisfy(answer -> {
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(answer.<String>path("code")).isEqualTo("rate_limited");
            assertThat(answer.<String>path("type"))
                    .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
            LoggedRequest.of(answer);
        });
        assertThat(guesses.stream().filter(answer -> answer.statusCode() == 401))
                .hasSizeGreaterThanOrEqualTo(3);
        assertThat(limited.size()
                        + guesses.stream()
                                .filter(answer -> answer.statusCode() == 401)
                                .count())
                .isEqualTo(FLOOD);
    }

    private static int admitted(GuessGuard guard, String address, int tries) {
        int admitted = 0;
        for (int i = 0; i < tries; i++) {
            admitted += guard.admits(address) ? 1 : 0;
        }
        return admitted;
    }

    private static Response get(String address, String key) {
        return BehindProxy.from(address)
                .header("Authorization", "Bearer " + key)
                .get("/v1/consumer");
    }
}
