package app.spine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.http.RedactionRules.Field;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class RefuseUndeclaredMembersTest {

    @Test
    void findsEveryMemberAndParameterOfADocument() throws Exception {
        assertThat(RefuseUndeclaredMembers.members(new ObjectMapper().readTree("""
                        {"components": {"schemas": {
                            "Hold": {"type": "object", "properties": {
                                "reason": {"type": "string"},
                                "witness": {"type": "string", "format": "email"},
                                "place": {"type": "object", "properties": {"room": {"type": "string"}}}}},
                            "Both": {"allOf": [{"properties": {"note": {"type": "string"}}}]}}},
                        "paths": {"/v1/holds": {"post": {"operationId": "hold",
                            "parameters": [{"name": "phone", "in": "query", "schema": {"type": "string"}}],
                            "requestBody": {"content": {"application/json": {"schema": {
                                "properties": {"medical": {"type": "boolean"}}}}}}}}}}""")))
                .containsExactlyInAnyOrder(
                        new Field("Hold", "reason", false),
                        new Field("Hold", "witness", true),
                        new Field("Hold", "place", false),
                        new Field("Hold", "room", false),
                        new Field("Both", "note", false),
                        new Field("hold", "medical", false),
                        new Field("parameter", "phone", false));
    }
}
