package app.spine;

import jakarta.ws.rs.Path;
import java.util.List;
import org.graalvm.nativeimage.hosted.Feature;
import org.graalvm.nativeimage.hosted.RuntimeReflection;

/**
 * Keeps in a native image what is met by reflection there and which Quarkus does not see: records and enums, which Jackson
 * reads and writes (events, problems and merge patches are in no signature of an operation), resources, whose annotations
 * the pipeline reads, and the classes that Caffeine looks up by name. Used by the builder alone.
 */
public final class MetByReflection implements Feature {

    /**
     * Caffeine's caches and their entries: strong keys and values (SS, PS), bounded by number (MS), ending after access
     * (A) or writing (W).
     */
    private static final List<String> CAFFEINE = List.of(
            "SSA", "SSW", "SSMS", "SSMSA", "SSMSW", "SSMSAW", "PS", "PSA", "PSW", "PSAW", "PSMS", "PSAMS", "PSWMS",
            "PSAWMS");

    @Override
    public void beforeAnalysis(BeforeAnalysisAccess access) {
        access.registerSubtypeReachabilityHandler((during, type) -> keepIfOurs(type), Object.class);
        // The service loader's.
        keep(SecretFiles.class);
        for (String name : CAFFEINE) {
            keep(access.findClassByName("com.github.benmanes.caffeine.cache." + name));
        }
    }

    private static void keepIfOurs(Class<?> type) {
        if (type.getName().startsWith("app.spine.")
                && (type.isRecord() || type.isEnum() || type.isAnnotationPresent(Path.class))) {
            keep(type);
        }
    }

    private static void keep(Class<?> type) {
        RuntimeReflection.register(type);
        RuntimeReflection.register(type.getDeclaredConstructors());
        RuntimeReflection.register(type.getDeclaredMethods());
        RuntimeReflection.register(type.getDeclaredFields());
        if (type.isRecord()) {
            RuntimeReflection.registerAllRecordComponents(type);
        }
        for (Class<?> each : type.getInterfaces()) {
            if (each.getName().startsWith("app.spine.")) {
                RuntimeReflection.register(each);
                RuntimeReflection.register(each.getDeclaredMethods());
            }
        }
    }
}
