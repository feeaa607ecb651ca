package app.spine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.http.RedactionRules.Field;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a native program is compiled with, and every other start reads. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class CompiledMembersTest {

    @Test
    void areThoseOfTheDocumentEachOnce() throws Exception {
        assertThat(CompiledMembers.all())
                .contains(new Field("MemberView", "legal_name", false), new Field("parameter", "limit", false))
                .doesNotHaveDuplicates();
    }

    @Test
    void areNeverNone() {
        assertThatThrownBy(() -> CompiledMembers.compileIn(loaderOf("{\"openapi\": \"3.1.0\", \"paths\": {}}")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no members");
        assertThatThrownBy(() -> CompiledMembers.compileIn(loaderOf(null))).isInstanceOf(NullPointerException.class);
    }

    @Test
    void areUsedOnceTheyAreCompiledIn() throws Exception {
        try {
            CompiledMembers.compileIn(loaderOf("""
                    {"components": {"schemas": {"Hold": {"properties": {"reason": {}}}}}}"""));
            assertThat(CompiledMembers.all()).containsExactly(new Field("Hold", "reason", false));
        } finally {
            CompiledMembers.compileIn(Thread.currentThread().getContextClassLoader());
        }
    }

    private static ClassLoader loaderOf(@Nullable String document) {
        return new ClassLoader(null) {
            @Override
            public @Nullable InputStream getResourceAsStream(String name) {
                return document == null ? null : new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8));
            }
        };
    }
}
