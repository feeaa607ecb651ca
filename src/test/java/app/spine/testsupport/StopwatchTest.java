package app.spine.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopwatchTest {

    @Test
    void measuresWhatPassesWhileTheMachineRuns() throws InterruptedException {
        Duration longest = Duration.ZERO;
        // Of several, since the machine may stand still in one.
        for (int i = 0; i < 5; i++) {
            long beganNanos = System.nanoTime();
            Stopwatch stopwatch = Stopwatch.start();
            Thread.sleep(Duration.ofMillis(200));
            Duration elapsed = stopwatch.elapsed();
            assertThat(elapsed).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - beganNanos));
            longest = elapsed.compareTo(longest) > 0 ? elapsed : longest;
        }
        assertThat(longest).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void leavesOutWhatTheMachineStoodStill() throws Exception {
        Process measured = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Path.of("target", "test-classes").toString(),
                        Measured.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = measured.inputReader();
                var tell = measured.outputWriter()) {
            assertThat(said.readLine()).isEqualTo("measures");
            signal("-STOP", measured);
            Thread.sleep(Duration.ofSeconds(1));
            signal("-CONT", measured);
            tell.write("\n");
            tell.flush();
            assertThat(Long.parseLong(said.readLine()))
                    .as("milliseconds that were left out")
                    .isGreaterThan(800);
        } finally {
            measured.destroyForcibly();
        }
    }

    private static void signal(String signal, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** A program of its own, which can be stopped. */
    static final class Measured {

        private Measured() {}

        public static void main(String[] arguments) throws IOException {
            long beganNanos = System.nanoTime();
            Stopwatch stopwatch = Stopwatch.start();
            System.out.println("measures");
            if (System.in.read() < 0) {
                throw new IllegalStateException("nobody tells when it is over");
            }
            System.out.println(Duration.ofNanos(System.nanoTime() - beganNanos)
                    .minus(stopwatch.elapsed())
                    .toMillis());
        }
    }
}
