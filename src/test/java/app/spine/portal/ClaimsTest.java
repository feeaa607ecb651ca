package app.spine.portal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimsTest {

    private static final String TOKEN = """
            {"academy": "one", "https://spine.example/academy": "two", "realm_access": {"academy": "three"},
             "a": {"b": {"academy": "four"}}}""";

    @ParameterizedTest
    @CsvSource({"academy,one", "https://spine.example/academy,two", "realm_access/academy,three", "a/b/academy,four"})
    void findsAClaimByItsNameOrItsWay(String path, String value) throws JsonProcessingException {
        assertThat(Claims.find(new ObjectMapper().readTree(TOKEN), path).asText())
                .isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"none", "a/none/academy", "academy/none", "''"})
    void findsNothingWhereNothingIs(String path) throws JsonProcessingException {
        assertThat(Claims.find(new ObjectMapper().readTree(TOKEN), path).isMissingNode())
                .isTrue();
    }

    @Test
    void ranksTheRoles() {
        assertThat(Role.values()).containsExactly(Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER);
        assertThat(Role.parse("Owner")).isEmpty();
    }
}
