package app.spine.http;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.events.DomainEvent;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The declarations of the program as it is. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class DeclaredRedactionTest {

    private static final PropertyNamingStrategies.NamingBase WIRE =
            (PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE;

    @Inject
    RedactionRules rules;

    @Inject
    ObjectMapper json;

    /** The events' own records are in no document and no table, so the start cannot see them; a change would fail. */
    @Test
    void coverWhateverTheAuditTrailKeeps() {
        Set<Class<?>> seen = new HashSet<>();
        Deque<Type> open = new ArrayDeque<>();
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("app.spine").stream()
                        .filter(type -> type.isAssignableTo(DomainEvent.class.getName()) && type.isRecord())
                        .map(JavaClass::reflect)
                        .forEach(open::add);
        assertThat(open).hasSizeGreaterThan(10);
        while (!open.isEmpty()) {
            Type type = open.pop();
            if (type instanceof ParameterizedType generic) {
                open.addAll(List.of(generic.getActualTypeArguments()));
            } else if (type instanceof Class<?> record && record.isRecord() && seen.add(record)) {
                for (RecordComponent component : record.getRecordComponents()) {
                    open.add(component.getGenericType());
                    if (!DomainEvent.class.isAssignableFrom(record)) {
                        RedactionRules.Field field = new RedactionRules.Field(
                                record.getSimpleName(), WIRE.translate(component.getName()), false);
                        assertThat(rules.isUndeclared(field)).as("%s", field).isFalse();
                    }
                }
            }
        }
        assertThat(seen).extracting(Class::getSimpleName).contains("MemberView", "ConsumerView", "KeyView");
    }

    @Test
    void nameNoFieldThatIsGone() throws IOException {
        Set<String> fields = new HashSet<>();
        for (Object column : Academy.query("""
                select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
                where c.relnamespace = 'public'::regnamespace and not a.attisdropped""")) {
            fields.add(String.valueOf(column));
        }
        JsonNode document = document();
        document.path("components")
                .path("schemas")
                .properties()
                .forEach(schema -> schema.getValue()
                        .path("properties")
                        .fieldNames()
                        .forEachRemaining(member -> fields.add(schema.getKey() + "." + member)));
        document.path("paths")
                .forEach(path -> path.forEach(operation -> operation
                        .path("parameters")
                        .forEach(parameter ->
                                fields.add("parameter." + parameter.path("name").asText()))));
        // In the audit trail alone.
        fields.addAll(Set.of("AcademyRules.max_key_age_days", "KeyEnd.key", "KeyRotation.key"));

        assertThat(rules.qualified()).isNotEmpty().isSubsetOf(fields);
    }

    private JsonNode document() throws IOException {
        try (InputStream file = Thread.currentThread()
                .getContextClassLoader()
                .getResourceAsStream("META-INF/quarkus-generated-openapi-doc.JSON")) {
            return json.readTree(Objects.requireNonNull(file));
        }
    }
}
