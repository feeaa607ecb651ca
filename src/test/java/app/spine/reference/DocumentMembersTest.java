package app.spine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.http.RedactionRules.Field;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class DocumentMembersTest {

    @Test
    void findsEveryMemberAndParameterOfADocument() throws Exception {
        assertThat(DocumentMembers.of(new ObjectMapper().createParser("""
                        {"components": {"schemas": {
                            "Hold": {"type": "object", "properties": {
                                "reason": {"type": "string"},
                                "witness": {"type": "string", "format": "email"},
                                "place": {"type": "object", "properties": {"room": {"type": "string"}}}}},
                            "Shown": {"example": {"properties": {"secret": 1}}, "properties": {
                                "properties": {"type": "object", "properties": {"example": {"type": "string"}}},
                                "format": {"type": ["string", "null"], "examples": ["email"], "format": "ipv4"}}},
                            "Both": {"allOf": [{"properties": {"note": {"type": "string"}}}]}}},
                        "paths": {"/v1/holds": {"post": {"operationId": "hold",
                            "parameters": [{"name": "phone", "in": "query", "schema": {"type": "string"}},
                                {"schema": {"format": "email"}, "name": "to"}],
                            "requestBody": {"content": {"application/json": {"schema": {
                                "properties": {"medical": {"type": "boolean"}}}}}}}}}}""")))
                .containsExactlyInAnyOrder(
                        new Field("Hold", "reason", false),
                        new Field("Hold", "witness", true),
                        new Field("Hold", "place", false),
                        new Field("Hold", "room", false),
                        new Field("Shown", "properties", false),
                        new Field("Shown", "example", false),
                        new Field("Shown", "format", true),
                        new Field("Both", "note", false),
                        new Field("hold", "medical", false),
                        new Field("parameter", "phone", false),
                        new Field("parameter", "to", true));
    }
}
