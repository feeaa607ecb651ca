package app.spine.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.http.RedactionRules.Field;
import app.spine.http.UndeclaredFieldException;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class RefuseUndeclaredColumnsTest {

    @Inject
    RefuseUndeclaredColumns columns;

    @Inject
    FirstQuestions questions;

    @Test
    void looksAtEveryColumnOfEveryTable() throws Exception {
        assertThat(questions.columns())
                .contains(
                        new Field("members", "date_of_birth", false),
                        new Field("api_keys", "hash", true),
                        new Field("api_requests", "address", false))
                .extracting(Field::owner)
                .doesNotContain("flyway_schema_history", "api_requests_default");
        assertThat(questions.columns()).hasSizeGreaterThan(100);
    }

    @Test
    void namesAColumnThatNobodyDeclared() throws Exception {
        columns.check(new StartupEvent());
        Academy.execute("create table planted (tenant_id uuid, diagnosis text, digest bytea, colour text)");
        questions.forgetSchema();
        try {
            assertThatThrownBy(() -> columns.check(new StartupEvent()))
                    .isInstanceOf(UndeclaredFieldException.class)
                    .hasMessageContaining("  planted.diagnosis\n  planted.digest\n")
                    .hasMessageNotContaining("colour");
        } finally {
            Academy.execute("drop table planted");
            questions.forgetSchema();
        }
    }
}
