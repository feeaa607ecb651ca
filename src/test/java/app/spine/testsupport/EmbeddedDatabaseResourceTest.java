package app.spine.testsupport;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class EmbeddedDatabaseResourceTest {

    @Inject
    DataSource dataSource;

    @Test
    void runsTheApplicationOnTheDatabaseThatTestsReach() throws SQLException {
        await("the first answer of the database")
                .until(() -> given().get("/health/ready").statusCode() == 200);
        try (Connection application = dataSource.getConnection();
                Connection app = EmbeddedDatabaseResource.connectAsApp();
                Connection owner = EmbeddedDatabaseResource.connectAsOwner();
                Connection superuser = EmbeddedDatabaseResource.connectAsSuperuser()) {
            assertThat(application.getMetaData().getURL()).startsWith(EmbeddedDatabaseResource.jdbcUrl());
            assertThat(List.of(
                            application.getMetaData().getUserName(),
                            app.getMetaData().getUserName(),
                            owner.getMetaData().getUserName(),
                            superuser.getMetaData().getUserName()))
                    .containsExactly("spine_app", "spine_app", "spine_owner", "postgres");
        }
    }
}
