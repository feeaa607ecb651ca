package app.spine.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/**
 * What the contract promises of a change: a call that begins more than a second after it was answered is not treated as
 * before. One that began earlier may be, however long it takes, so that a machine that stands still breaks no promise.
 */
public final class WithinASecond {

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    private WithinASecond() {}

    /** Comes right after the change; calls until it shows, and fails at the first call that began too late for it not to. */
    public static void shows(Callable<Boolean> call) {
        long changedNanos = System.nanoTime();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    long beganNanos = System.nanoTime();
                    boolean shows = call.call();
                    assertThat(shows || beganNanos - changedNanos < SECOND_NANOS)
                            .as("the change shows in a call that begins over a second after it")
                            .isTrue();
                    return shows;
                });
    }
}
