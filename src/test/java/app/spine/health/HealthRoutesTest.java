package app.spine.health;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class HealthRoutesTest {

    @BeforeEach
    void awaitTheFirstAnswerOfTheDatabase() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> given().get("/health/ready").statusCode() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/ready", "/health/started"})
    void tellsAnybodyTheStatusAndNothingElse(String path) {
        Response answer = given().get(path);

        answer.then().statusCode(200).contentType("application/json").header("Cache-Control", "no-store");
        assertThat(answer.asString()).isEqualTo("{\"status\":\"UP\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/ready", "/health/started"})
    void answersHeadAsItAnswersGet(String path) {
        Response answer = given().head(path);

        answer.then().statusCode(200).contentType("application/json").header("Cache-Control", "no-store");
        assertThat(answer.asString()).isEmpty();
    }

    @Test
    void ignoresAKeyThatIsNone() {
        given().header("Authorization", "Bearer nonsense").get("/health").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/", "/health/x", "/healthz"})
    void hasNoOtherPaths(String path) {
        assertThat(given().get(path).statusCode()).isIn(200, 404);
        assertThat(given().get(path).asString()).doesNotContain("postgresql", "datasource");
    }
}
