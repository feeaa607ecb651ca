package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordedJsonTest {

    private final RecordedJson recorded = new RecordedJson(
            new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE),
            RedactionRulesTest.rules(
                    "email = personal", "Hold.reason = health", "Issued.key = secret", "Shown.key = public"));

    record Hold(String id, String email, @Nullable String reason) {}

    record Issued(String id, String key, Hold hold) {}

    record Shown(String key, List<Issued> issued) {}

    record Forgotten(String id, String bankAccount) {}

    record Around(List<Forgotten> forgotten) {}

    record Untyped(Object anything) {}

    @Test
    void masksHealthAndLeavesSecretsOutOfTheTrail() throws JsonProcessingException {
        Hold hold = new Hold("1", "a@example.com", "concussion");
        assertThat(recorded.forAudit(new Shown("hint", List.of(new Issued("2", "spine_live_x", hold)))))
                .isEqualTo("{\"key\":\"hint\",\"issued\":[{\"id\":\"2\",\"hold\":"
                        + "{\"id\":\"1\",\"email\":\"a@example.com\",\"reason\":\"[health]\"}}]}");
        assertThat(recorded.forAudit(new Hold("1", "a", null)))
                .isEqualTo("{\"id\":\"1\",\"email\":\"a\",\"reason\":null}");
    }

    @Test
    void leavesSecretsAloneOutOfAnAnswerThatIsKept() throws JsonProcessingException {
        assertThat(recorded.forRepeat(new Issued("2", "spine_live_x", new Hold("1", "a", "concussion"))))
                .isEqualTo("{\"id\":\"2\",\"hold\":{\"id\":\"1\",\"email\":\"a\",\"reason\":\"concussion\"}}");
    }

    @Test
    void writesNothingThatLooksSensitiveAndIsNotDeclared() {
        Forgotten forgotten = new Forgotten("1", "062-000 12345678");
        for (Object value : List.of(
                forgotten,
                new Around(List.of(forgotten)),
                new Around(List.of()),
                new Untyped(forgotten),
                new Untyped(Map.of("reason", "concussion")),
                new Untyped(JsonNodeFactory.instance.objectNode().put("reason", "concussion")))) {
            assertThatThrownBy(() -> recorded.forAudit(value))
                    .as("%s", value)
                    .hasMessageNotContaining("concussion")
                    .hasMessageNotContaining("12345678");
            assertThatThrownBy(() -> recorded.forRepeat(value)).as("%s", value).isNotNull();
        }
        assertThatThrownBy(() -> recorded.forAudit(forgotten))
                .hasStackTraceContaining("Forgotten.bank_account = personal");
    }
}
