package app.spine.reference;

import app.spine.http.RedactionRules.Field;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an OpenAPI document (3.1, <a href="https://spec.openapis.org/oas/v3.1.1.html">OAS</a>) says is read and written:
 * members of records by their records' names, of other bodies by their operation, and parameters by "parameter". Read as it
 * streams by, because a start has no other use for the tree.
 */
final class DocumentMembers {

    private static final Set<String> SENSITIVE_FORMATS = Set.of("email", "password", "byte", "binary", "ipv4", "ipv6");

    // Values, not schemas, and a third of the document.
    private static final Set<String> VALUES = Set.of("example", "examples");

    private final JsonParser document;
    private final List<Field> fields = new ArrayList<>();

    private DocumentMembers(JsonParser document) {
        this.document = document;
    }

    /** @throws IOException when the document cannot be read, or is not JSON */
    static List<Field> of(JsonParser document) throws IOException {
        DocumentMembers members = new DocumentMembers(document);
        document.nextToken();
        members.eachOf(part -> {
            switch (part) {
                case "components" -> members.components();
                case "paths" -> members.eachOf(path -> members.eachOf(method -> members.operation()));
                default -> document.skipChildren();
            }
        });
        return members.fields;
    }

    private void components() throws IOException {
        eachOf(kind -> {
            if (kind.equals("schemas")) {
                eachOf(record -> {
                    List<Member> members = new ArrayList<>();
                    collect(members);
                    add(record, members);
                });
            } else {
                document.skipChildren();
            }
        });
    }

    private void operation() throws IOException {
        List<Member> members = new ArrayList<>();
        String[] id = {""};
        eachOf(part -> {
            switch (part) {
                case "operationId" -> id[0] = document.getText();
                case "parameters" -> parameters(members);
                default -> collect(members);
            }
        });
        add(id[0], members);
    }

    private void parameters(List<Member> members) throws IOException {
        if (document.currentToken() != JsonToken.START_ARRAY) {
            document.skipChildren();
            return;
        }
        while (document.nextToken() != JsonToken.END_ARRAY) {
            String[] name = {""};
            boolean[] sensitive = {false};
            eachOf(part -> {
                switch (part) {
                    case "name" -> name[0] = document.getText();
                    case "schema" -> sensitive[0] = isSensitive(collect(members));
                    default -> collect(members);
                }
            });
            fields.add(new Field("parameter", name[0], sensitive[0]));
        }
    }

    /** Collects the members in and below the value at which the document stands; gives the format if it is a schema's. */
    private @Nullable String collect(List<Member> members) throws IOException {
        if (document.currentToken() == JsonToken.START_ARRAY) {
            while (document.nextToken() != JsonToken.END_ARRAY) {
                collect(members);
            }
            return null;
        }
        @Nullable String[] format = {null};
        eachOf(part -> {
            if (VALUES.contains(part)) {
                document.skipChildren();
            } else if (part.equals("properties")) {
                eachOf(name -> members.add(new Member(name, isSensitive(collect(members)))));
            } else if (part.equals("format") && document.currentToken() == JsonToken.VALUE_STRING) {
                format[0] = document.getText();
            } else {
                collect(members);
            }
        });
        return format[0];
    }

    /** Stands at the value of each of an object's members in turn; passes over whatever is no object. */
    private void eachOf(Part part) throws IOException {
        if (document.currentToken() != JsonToken.START_OBJECT) {
            document.skipChildren();
            return;
        }
        while (document.nextToken() == JsonToken.FIELD_NAME) {
            String name = document.currentName();
            document.nextToken();
            part.read(name);
        }
    }

    private void add(String owner, List<Member> members) {
        members.forEach(member -> fields.add(new Field(owner, member.name, member.isSensitive)));
    }

    private static boolean isSensitive(@Nullable String format) {
        return format != null && SENSITIVE_FORMATS.contains(format);
    }

    private interface Part {

        void read(String name) throws IOException;
    }

    private record Member(String name, boolean isSensitive) {}
}
