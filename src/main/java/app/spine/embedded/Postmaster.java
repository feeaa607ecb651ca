package app.spine.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL server process of a data directory, found by its pid file, whoever started it.
 *
 * <p>Stopping runs in a shutdown hook, in dev mode after the class loader is closed: it needs no class beyond the
 * JDK's and this one.
 */
final class Postmaster {

    private static final Duration FAST_WITHIN = Duration.ofSeconds(20);
    private static final Duration IMMEDIATE_WITHIN = Duration.ofSeconds(5);
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(5);

    private final Path dataDirectory;
    private final Path pidFile;

    Postmaster(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
        this.pidFile = dataDirectory.resolve("postmaster.pid");
    }

    /**
     * Stops the server as pg_ctl does (fast: open transactions are rolled back, a checkpoint is written), harder if it
     * does not end, and removes a pid file that no server stands behind.
     */
    void stop() throws IOException {
        ProcessHandle process = running();
        if (process != null) {
            signal(process, "INT");
            if (!ended(process, FAST_WITHIN)) {
                signal(process, "QUIT");
                if (!ended(process, IMMEDIATE_WITHIN)) {
                    List<ProcessHandle> backends = process.descendants().toList();
                    process.destroyForcibly();
                    for (ProcessHandle backend : backends) {
                        backend.destroyForcibly();
                    }
                    if (!ended(process, KILLED_WITHIN)) {
                        throw new EmbeddedDatabaseException(
                                "PostgreSQL process %d still runs on %s and cannot be stopped: end it, then start again."
                                        .formatted(process.pid(), dataDirectory));
                    }
                }
            }
        }
        // A leftover file with the number of some other process would make PostgreSQL refuse to start.
        Files.deleteIfExists(pidFile);
    }

    private @Nullable ProcessHandle running() throws IOException {
        if (!Files.exists(pidFile)) {
            return null;
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("[0-9]{1,18}")) {
            return null;
        }
        long pid = Long.parseLong(lines.getFirst().strip());
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        // Numbers are used again, after a restart of the machine for certain: never signal a process of someone else.
        return process != null && isOurs(process) ? process : null;
    }

    private boolean isOurs(ProcessHandle process) throws IOException {
        ProcessHandle.Info info = process.info();
        String command = new File(info.command().orElse("")).getName();
        if (!command.startsWith("postgres")) {
            return false;
        }
        for (String argument : info.arguments().orElse(new String[0])) {
            if (argument.equals(dataDirectory.toString())) {
                return true;
            }
        }
        Path workingDirectory = Path.of("/proc", Long.toString(process.pid()), "cwd");
        return Files.isReadable(workingDirectory) && Files.isSameFile(workingDirectory, dataDirectory);
    }

    /** By the shell, because Java sends no signal but TERM and KILL, and TERM would wait for every client to leave. */
    private static void signal(ProcessHandle process, String signal) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + process.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            shell.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A server that ended without anyone to reap it stays in the process table: its missing pid file counts as well. */
    private boolean ended(ProcessHandle process, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        while (process.isAlive() && Files.exists(pidFile)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
