package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.http.RedactionRules.Field;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionRulesTest {

    private final RedactionRules rules = rules("email = personal", "tenants.name = public", "holds.reason = health");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "email",
                "owner_email",
                "phone",
                "legal_name",
                "date_of_birth",
                "medical",
                "medical_note",
                "reason",
                "refund_reason",
                "notes",
                "api_token",
                "secret",
                "key",
                "signing_key",
                "address",
                "ip",
                "card_last4",
                "emergency_contact",
                "password_hash",
                "X-Api-Key",
                "Email"
            })
    void knowsSensitiveNames(String name) {
        assertThat(SensitiveNames.matches(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "key_id",
                "token_ids",
                "keys_issued_at",
                "pepper_version",
                "contact_count",
                "status",
                "monkey",
                "keyboard",
                "shipment",
                "capacity",
                "hashed"
            })
    void knowsHarmlessNames(String name) {
        assertThat(SensitiveNames.matches(name)).isFalse();
    }

    @Test
    void refusesWhatLooksSensitiveAndIsNotDeclaredAndSaysHowToMendIt() {
        assertThatThrownBy(() -> rules.requireDeclared(List.of(
                        new Field("members", "medical_note", false),
                        new Field("members", "email", false),
                        new Field("tenants", "name", false),
                        new Field("plans", "name", false),
                        new Field("plans", "digest", true),
                        new Field("plans", "price", false))))
                .isInstanceOf(UndeclaredFieldException.class)
                .hasMessageContaining("  members.medical_note\n  plans.digest\n  plans.name\n")
                .hasMessageContaining("redaction.properties")
                .hasMessageContaining("members.medical_note = personal")
                .hasMessageNotContaining("tenants.name")
                .hasMessageNotContaining("price");
    }

    @Test
    void takesTheOwnersRuleBeforeTheGeneralOne() {
        RedactionRules both = rules("name = personal", "tenants.name = public");
        assertThat(both.find("tenants", "name")).contains(Sensitivity.PUBLIC);
        assertThat(both.find("members", "name")).contains(Sensitivity.PERSONAL);
        assertThat(both.find("members", "reason")).isEmpty();
    }

    @Test
    void neverTakesAFieldForPublicWhateverHasIt() {
        assertThatThrownBy(() -> rules("reason = public")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rules("a.reason = harmless")).isInstanceOf(IllegalArgumentException.class);
    }

    static RedactionRules rules(String... lines) {
        Properties declared = new Properties();
        for (String line : lines) {
            String[] parts = line.split(" = ", 2);
            declared.setProperty(parts[0], parts[1]);
        }
        return new RedactionRules(declared);
    }
}
