package app.spine.embedded;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import java.nio.file.Path;

/**
 * Takes the place of what starts the embedded database when a native image is built, so that neither the database nor
 * whatever unpacks it is compiled in.
 */
@TargetClass(DatabaseOfThisStart.class)
@SuppressWarnings({"UnusedMethod", "UnusedVariable"
}) // The builder calls it in the other's place, by name and parameters.
final class NoDatabaseInNativeImage {

    private NoDatabaseInNativeImage() {}

    @Substitute
    private static void start(Path directory) {
        throw DatabaseOfThisStart.refusal("a native program brings no database along");
    }
}
