package app.spine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.spine.Load.Answer;
import app.spine.Load.Call;
import app.spine.testsupport.ExternalServer;
import app.spine.testsupport.PackagedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A call that was answered is in the log, and one that is not in the log had no effect, whoever is killed meanwhile. */
@Timeout(300)
class KillUnderLoadIT {

    /** Enough that commits, batches and counted refusals are under way at any moment. */
    private static final int ANSWERS_OF_EACH_CALL = 20;

    private static final Duration WITHIN = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private ExternalServer server;

    @BeforeEach
    void startServer() {
        server = ExternalServer.start(directory.resolve(".spine"));
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void loggedWhateverItAnsweredAndNothingElseTookEffectWhenTheProgramIsKilled() throws Exception {
        PackagedProgram program = startWithDemo();
        List<Answer> answers;
        try (program;
                Load load = Load.start(program.uri("/"), Load.Keys.ofDemo(directory))) {
            awaitAnswersOfEachCall(load);
            program.kill();
            await("the end of all clients")
                    .atMost(WITHIN)
                    .until(() -> load.failures().size() == Load.CLIENTS);
            answers = load.answers();
        }
        assertThat(answers).filteredOn(answer -> !isExpected(answer)).isEmpty();
        prove("the program", answers);
    }

    @Test
    void answersOnly503WithoutItsDatabaseAndLoggedWhateverItAnsweredBefore() throws Exception {
        List<Answer> answers;
        try (PackagedProgram program = startWithDemo();
                Load load = Load.start(program.uri("/"), Load.Keys.ofDemo(directory))) {
            awaitAnswersOfEachCall(load);
            killDatabase();
            long deadNanos = System.nanoTime();
            awaitUnavailable(load, deadNanos);
            assertThat(program.status("/health/live")).isEqualTo(200);
            await("not ready").atMost(WITHIN).until(() -> program.status("/health/ready") == 503);
            load.stop();
            assertThat(load.failures()).as("calls without any answer").isEmpty();
            assertThat(program.hasEnded()).isFalse();
            answers = load.answers();
            server.restart();
            assertThat(answers)
                    .filteredOn(answer -> answer.askedNanos() > deadNanos && !isUnavailable(answer))
                    .isEmpty();
        }
        assertThat(answers).allMatch(answer -> answer.status() == answer.call().status || isUnavailable(answer));
        // What could not be logged is not held against the log, and says so by its status.
        prove(
                "PostgreSQL",
                answers.stream().filter(answer -> answer.status() != 503).toList());
    }

    /** On a fast machine a client runs into its limits, which is an answer like any other and logged like any other. */
    private static boolean isExpected(Answer answer) {
        return answer.status() == answer.call().status || answer.status() == 429;
    }

    private static boolean isUnavailable(Answer answer) {
        return answer.status() == 503
                && (answer.body().contains("\"log_unavailable\"")
                        || answer.body().contains("\"database_unavailable\""));
    }

    private static void awaitAnswersOfEachCall(Load load) {
        await("answers of each call, and refusals that are counted together")
                .atMost(WITHIN)
                .until(() -> {
                    List<Answer> answers = load.answers();
                    Map<Call, Long> counts = count(answers);
                    return Stream.of(Call.values())
                                    .allMatch(call -> counts.getOrDefault(call, 0L) >= ANSWERS_OF_EACH_CALL)
                            && answersOfSharedRows(answers) >= ANSWERS_OF_EACH_CALL;
                });
    }

    private static void awaitUnavailable(Load load, long sinceNanos) {
        await("503 for changes, reads and refusals").atMost(WITHIN).until(() -> {
            Map<Call, Long> counts = count(load.answers().stream()
                    .filter(answer -> answer.askedNanos() > sinceNanos)
                    .toList());
            return Stream.of(Call.ADD_MEMBER, Call.LIST, Call.WITHOUT_KEY, Call.NOT_THERE)
                    .allMatch(counts::containsKey);
        });
    }

    /** Refusals that are alike have one row for all, whose id each of them got. */
    private static long answersOfSharedRows(List<Answer> answers) {
        return answers.stream().collect(Collectors.groupingBy(Answer::requestId)).values().stream()
                .filter(those -> those.size() > 1)
                .mapToLong(List::size)
                .sum();
    }

    private static Map<Call, Long> count(List<Answer> answers) {
        return answers.stream()
                .collect(Collectors.groupingBy(Answer::call, () -> new EnumMap<>(Call.class), Collectors.counting()));
    }

    /** The server and its children, all at once, as the kernel does when memory is short. */
    private void killDatabase() throws IOException {
        long pid = Long.parseLong(Files.readAllLines(directory.resolve(".spine/data/postmaster.pid"))
                .getFirst()
                .strip());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> children = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private PackagedProgram startWithDemo() {
        Map<String, String> environment = server.environment();
        environment.put("SPINE_DEMO", "true");
        return PackagedProgram.startReady(directory, environment);
    }

    private void prove(String killed, List<Answer> answers) throws Exception {
        await("the end of what the program had under way").atMost(WITHIN).until(server::hasNoCallers);
        Trail trail = Trail.read(directory);
        System.out.printf(
                "Killed %s under load: %d answers %s, %d of them in rows of several; %d rows; %d audit records%n",
                killed,
                answers.size(),
                count(answers),
                answersOfSharedRows(answers),
                trail.log().size(),
                trail.audit().size());
        trail.proves(answers);
        assertThat(answersOfSharedRows(answers))
                .as("answers whose row counts several")
                .isPositive();
    }
}
