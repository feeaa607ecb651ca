package app.spine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which format the document leaves. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class OpenApiRoutesTest {

    @ParameterizedTest
    @ValueSource(strings = {"/openapi", "/openapi.yaml", "/openapi.yml", "/openapi?format=yaml"})
    void isYamlUnlessSomethingElseIsAskedFor(String target) {
        Answer answer = RawHttp.request("GET", target).send();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/yaml;charset=UTF-8");
        assertThat(answer.text()).startsWith("---\nopenapi: 3.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.json", "/openapi?format=json", "/openapi?format=JSON"})
    void isJsonByNameOrParameter(String target) {
        Answer answer = RawHttp.request("GET", target).send();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json;charset=UTF-8");
        assertThat(answer.json().path("openapi").asText()).startsWith("3.1");
    }

    @Test
    void isJsonForThoseWhoAccept() {
        Answer answer = RawHttp.request("GET", "/openapi")
                .with("Accept", "application/JSON, text/plain;q=0.5")
                .send();
        assertThat(answer.header("Vary")).isEqualTo("Accept");
        assertThat(answer.json().path("paths").has("/v1/members/{id}")).isTrue();
    }

    @Test
    void tellsItsLengthToThoseWhoAskForTheHeadAlone() {
        String length = RawHttp.request("GET", "/openapi.json").send().header("Content-Length");
        Answer head = RawHttp.request("HEAD", "/openapi.json").send();
        assertThat(head.status()).isEqualTo(200);
        assertThat(length).isNotNull();
        assertThat(head.header("Content-Length")).isEqualTo(length);
        assertThat(head.text()).isEmpty();
    }
}
