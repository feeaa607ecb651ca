package app.spine.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;

/** The passwords of the embedded database's roles and the pepper of the API keys, made once for a directory. */
record Secrets(
        String superuserPassword, String ownerPassword, String appPassword, String workerPassword, String pepper) {

    private static final String FILE = "secrets.properties";
    private static final SecureRandom RANDOM = new SecureRandom();

    static boolean exist(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    static Secrets read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        Properties stored = new Properties();
        try (Reader reader = Files.newBufferedReader(file, ISO_8859_1)) {
            stored.load(reader);
        }
        return new Secrets(
                require(stored, "superuser.password", file),
                require(stored, "owner.password", file),
                require(stored, "app.password", file),
                require(stored, "worker.password", file),
                require(stored, "pepper", file));
    }

    /** Returns only when the secrets would survive a power cut: what is made with them later must never outlive them. */
    static Secrets make(Path directory) throws IOException {
        Secrets made = new Secrets(random(), random(), random(), random(), random());
        String text = """
                # Made by Operating Spine for its embedded database. Without this file the data here cannot be read.
                superuser.password=%s
                owner.password=%s
                app.password=%s
                worker.password=%s
                pepper=%s
                """.formatted(
                        made.superuserPassword, made.ownerPassword, made.appPassword, made.workerPassword, made.pepper);
        writePrivately(directory.resolve(FILE), text);
        return made;
    }

    /** Replaces the file in one step, readable by its owner alone, and on the disk when this returns. */
    static void writePrivately(Path file, String text) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel = FileChannel.open(draft, EnumSet.of(CREATE_NEW, WRITE), ownerOnly)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, ATOMIC_MOVE);
        try (FileChannel entries = FileChannel.open(directory, Set.of(READ))) {
            entries.force(true);
        }
    }

    private static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String require(Properties stored, String name, Path file) {
        String value = stored.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new EmbeddedDatabaseException("%s lacks %s: restore the file, or delete %s to begin anew."
                    .formatted(file, name, file.toAbsolutePath().getParent()));
        }
        return value;
    }

    @Override
    public String toString() {
        return "Secrets[]";
    }
}
