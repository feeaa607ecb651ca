package app.spine.tenancy;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.graalvm.nativeimage.hosted.Feature;

/** Compiles the migrations' versions and checksums into a native image. Used by the builder alone. */
public final class CompileMigrations implements Feature {

    @Override
    public void beforeAnalysis(BeforeAnalysisAccess access) {
        try {
            CompiledMigrations.compileIn(access.getApplicationClassPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
