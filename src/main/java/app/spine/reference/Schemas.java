package app.spine.reference;

import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;

/** Says which members of a record are always there: those that may not be null, in Java as on the wire. */
final class Schemas {

    private static final DotName NULLABLE = DotName.createSimple("org.jspecify.annotations.Nullable");
    private static final DotName SCHEMA =
            DotName.createSimple("org.eclipse.microprofile.openapi.annotations.media.Schema");

    private Schemas() {}

    static void complete(OpenAPI document, IndexView index) {
        Map<String, Schema> schemas = document.getComponents().getSchemas();
        for (ClassInfo type : index.getKnownClasses()) {
            if (!type.isRecord()) {
                continue;
            }
            Schema schema = schemas.get(name(type));
            if (schema == null || schema.getProperties() == null) {
                continue;
            }
            // A nullable reference is "one of these or null"; the type beside it would forbid the first.
            schema.getProperties().values().stream()
                    .filter(property -> property.getAnyOf() != null)
                    .forEach(property -> property.setType(null));
            List<String> required = type.recordComponents().stream()
                    .filter(component -> !isNullable(component))
                    .map(component -> snake(component.name()))
                    .filter(schema.getProperties()::containsKey)
                    .toList();
            // A merge patch may leave out whatever the record must have.
            boolean patch = name(type).endsWith("Patch");
            schema.setRequired(required.isEmpty() || patch ? null : required);
            if (type.simpleName().startsWith("New") || patch) {
                schema.setAdditionalPropertiesSchema(OASFactory.createSchema().booleanSchema(false));
            }
        }
    }

    private static String name(ClassInfo type) {
        var named = type.declaredAnnotation(SCHEMA);
        return named != null && named.value("name") != null
                ? named.value("name").asString()
                : type.simpleName();
    }

    private static boolean isNullable(RecordComponentInfo component) {
        return component.type().hasAnnotation(NULLABLE) || component.hasAnnotation(NULLABLE);
    }

    private static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
    }
}
