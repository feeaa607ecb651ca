package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backup and restore as {@code deploy/coolify.md} describes them. The embedded PostgreSQL has no {@code pg_dump}, so this
 * takes one of the machine's own, which {@code .ci/run} installs where it is missing.
 */
@Timeout(300)
class RehearseRestoreIT {

    private static final Path SCRIPT = Path.of("deploy", "rehearse-restore").toAbsolutePath();

    @TempDir
    Path directory;

    @Test
    void restoresWhatWasBackedUpAndGoesOnWithIt() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString()));
        String executable = System.getProperty("spine.program", "");
        if (!executable.isEmpty()) {
            command.add(executable);
        }
        Path output = directory.resolve("output.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process rehearsal = builder.start();
        try {
            assertThat(rehearsal.waitFor(240, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            // It stops its two servers then.
            rehearsal.destroy();
            rehearsal.waitFor(30, TimeUnit.SECONDS);
        }
        String told = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(rehearsal.exitValue()).as(told).isZero();
        assertThat(told)
                .contains("ok: schema, owners, policies and rights are the same")
                .contains("ok: the same key reads the same members")
                .contains("ok: use before and after the restore is counted once")
                .endsWith("restored\n");
    }
}
