package app.spine.reference;

import app.spine.http.RedactionRules.Field;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * What the OpenAPI document says is read and written, compiled into a native program: reading 600 kB of it was a twentieth
 * of a start. On the JVM none is compiled in, and every start reads the document.
 */
final class CompiledMembers {

    // Set while the program is compiled.
    private static List<Field> members = List.of();

    private CompiledMembers() {}

    /**
     * Compiles in what the document of that class loader has. For the native builder alone.
     *
     * @throws IllegalStateException when it has none
     */
    static void compileIn(ClassLoader loader) throws IOException {
        members = read(loader);
        if (members.isEmpty()) {
            throw new IllegalStateException("the OpenAPI document has no members");
        }
    }

    /** What was compiled in, or else what the document has now. */
    static List<Field> all() throws IOException {
        return members.isEmpty() ? read(Thread.currentThread().getContextClassLoader()) : members;
    }

    /** Each once, although many operations share their parameters. */
    private static List<Field> read(ClassLoader loader) throws IOException {
        try (InputStream file = ReferencePages.open(loader);
                JsonParser document = new JsonFactory().createParser(file)) {
            return DocumentMembers.of(document).stream().distinct().toList();
        }
    }
}
