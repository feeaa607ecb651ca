package app.spine.demo;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The file with the demo consumers' keys, as shell variables, for this user's eyes alone. */
@ApplicationScoped
class DemoKeys {

    private final Path file;

    DemoKeys(DemoConfig config) {
        file = config.keysFile().toAbsolutePath().normalize();
    }

    Path file() {
        return file;
    }

    boolean exist() {
        return Files.isRegularFile(file);
    }

    /** Writes all or nothing, and never for a moment readable by others. */
    void write(Map<DemoConsumer, String> keys) throws IOException {
        Path directory = Objects.requireNonNull(file.getParent(), "an absolute file has a directory");
        Files.createDirectories(directory);
        FileAttribute<?>[] ownerOnly =
                directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        Path draft = Files.createTempFile(directory, "demo-keys", ".tmp", ownerOnly);
        Files.writeString(
                draft,
                keys.entrySet().stream()
                        .map(entry -> entry.getKey().variable + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
