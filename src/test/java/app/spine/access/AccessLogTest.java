package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the framework's access log, which reads a path before anybody has checked it where some are left out. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(AccessLogTest.On.class)
class AccessLogTest {

    private final Academy academy = Academy.open();

    /** As an operator may turn it on. Dev mode leaves out paths as well. */
    public static class On implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.access-log.enabled", "true", "quarkus.http.access-log.exclude-pattern", "/health/.*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/members/%zz", "/v1/members/%", "/v1/members?limit=%zz"})
    void refusesAndRecordsAPathThatIsNoUri(String path) throws IOException {
        RawCall answer =
                RawCall.get(path, "127.0.0.1", academy.consumer("members:read").bearer());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"bad_value\"");
        LoggedRequest row = LoggedRequest.named(answer.headers().get("request-id"));
        assertThat(row.status()).isEqualTo(400);
        assertThat(row.path()).isEqualTo(path.replaceFirst("\\?.*", ""));
    }

    @Test
    void refusesAPathThatIsNoUriOutsideOfTheApi() throws IOException {
        RawCall answer = RawCall.get("/portal/%zz", "127.0.0.1", "Bearer of nothing");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"bad_value\"");
    }
}
