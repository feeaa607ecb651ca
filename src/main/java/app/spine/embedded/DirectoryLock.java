package app.spine.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One program's hold on a directory: a lock of the operating system, which ends with the process however it dies. */
final class DirectoryLock implements Closeable {

    static final String FILE = "lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    static DirectoryLock take(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new EmbeddedDatabaseException(refusal(directory, file));
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
        return new DirectoryLock(channel);
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static String refusal(Path directory, Path file) throws IOException {
        String holder = Files.readString(file, US_ASCII).strip();
        return """
                Operating Spine already runs on %s (process %s).
                Stop that one first (kill %s), or start this one with a directory of its own \
                (-Dspine.embedded.directory=…) or with a database (QUARKUS_DATASOURCE_JDBC_URL=…).""".formatted(directory, holder, holder);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
