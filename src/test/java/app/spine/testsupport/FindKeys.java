package app.spine.testsupport;

import app.spine.consumers.KeyText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for API keys in everything that a test run leaves behind, after the whole of it ({@code verify}): whatever was
 * printed, logged, measured or stored. A key is what scanners look for and whose checksum holds, so it is no example.
 */
public final class FindKeys {

    /** As contract and README publish it. */
    private static final Pattern KEY = Pattern.compile("spine_(live|test)_[0-9A-Za-z]{36}");

    private static final int KEY_LENGTH = 47;
    private static final int CHUNK = 1 << 20;

    /** Where the demo's keys are written for its user, who alone may read the file. */
    private static final Set<String> MAY_HOLD_KEYS = Set.of("demo-keys.env", "keys.env");

    private FindKeys() {}

    /**
     * Looks through all of them.
     *
     * @param arguments files and directories; those that do not exist are passed over
     * @throws IllegalStateException when a key stands anywhere in them; it says where, and not the key
     */
    public static void main(String[] arguments) {
        List<String> found = new ArrayList<>();
        for (String root : arguments) {
            found.addAll(in(Path.of(root)));
        }
        if (!found.isEmpty()) {
            throw new IllegalStateException(
                    "API keys were written where none may stand, or not all was looked through:\n  "
                            + String.join("\n  ", found));
        }
    }

    /** Where in a file, or in all files of a directory, keys stand. */
    static List<String> in(Path root) {
        if (!Files.exists(root)) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (attributes.isRegularFile()
                            && !MAY_HOLD_KEYS.contains(file.getFileName().toString())) {
                        found.addAll(inFile(file));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    if (failure instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw failure;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static List<String> inFile(Path file) throws IOException {
        List<String> found = new ArrayList<>();
        try (InputStream bytes = Files.newInputStream(file)) {
            String rest = "";
            long before = 0;
            byte[] chunk = bytes.readNBytes(CHUNK);
            while (chunk.length > 0) {
                // One character a byte, so that files of any kind can be read and positions are true.
                String text = rest + new String(chunk, StandardCharsets.ISO_8859_1);
                Matcher key = KEY.matcher(text);
                int at = 0;
                while (key.find(at)) {
                    if (KeyText.isWellFormed(key.group())) {
                        found.add("%s, byte %d: %s…%s"
                                .formatted(
                                        file,
                                        before + key.start(),
                                        key.group().substring(0, 15),
                                        key.group().substring(KEY_LENGTH - 4)));
                    }
                    at = key.start() + 1;
                }
                // A key that is cut here is whole with the next chunk, and one that was found is not there twice.
                int kept = Math.min(text.length(), KEY_LENGTH - 1);
                before += text.length() - kept;
                rest = text.substring(text.length() - kept);
                chunk = bytes.readNBytes(CHUNK);
            }
            if (file.getFileName().toString().startsWith(Evidence.TABLES) && !rest.endsWith(Evidence.END)) {
                found.add(file
                        + ": not all tables of that test run are here to be looked through; where the run was killed,"
                        + " delete the file");
            }
        } catch (NoSuchFileException e) {
            // A running database takes files away; whatever else cannot be read could hold a key.
            return List.of();
        }
        return found;
    }
}
