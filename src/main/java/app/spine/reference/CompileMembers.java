package app.spine.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.graalvm.nativeimage.hosted.Feature;

/** Compiles the OpenAPI document's members into a native image. Used by the builder alone. */
public final class CompileMembers implements Feature {

    @Override
    public void beforeAnalysis(BeforeAnalysisAccess access) {
        try {
            CompiledMembers.compileIn(access.getApplicationClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
