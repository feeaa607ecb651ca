package app.spine.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;

/**
 * What an operation's annotations declare, read from the index of the build.
 *
 * @param scopes what it takes to call it; empty for any valid key
 * @param auditEvent what it writes
 * @param cost what a call takes from the caller's limits
 * @param refusals codes beyond those its shape implies
 */
record Declared(List<String> scopes, String auditEvent, int cost, List<String> refusals) {

    private static final DotName OPERATION =
            DotName.createSimple("org.eclipse.microprofile.openapi.annotations.Operation");
    private static final DotName GOVERNED = DotName.createSimple("app.spine.http.Governed");
    private static final DotName PERMISSIONS = DotName.createSimple("io.quarkus.security.PermissionsAllowed");

    /** All operations by their id. */
    static Map<String, Declared> all(IndexView index) {
        Map<String, Declared> declared = new TreeMap<>();
        for (AnnotationInstance operation : index.getAnnotations(OPERATION)) {
            MethodInfo method = operation.target().asMethod();
            AnnotationInstance governed = method.annotation(GOVERNED);
            if (governed == null) {
                throw new IllegalStateException(method + " declares no @Governed");
            }
            declared.put(
                    operation.value("operationId").asString(),
                    new Declared(
                            texts(method.annotation(PERMISSIONS), "value"),
                            governed.valueWithDefault(index, "auditEvent").asString(),
                            governed.valueWithDefault(index, "cost").asInt(),
                            texts(governed, "refusals")));
        }
        return declared;
    }

    private static List<String> texts(AnnotationInstance annotation, String name) {
        return Optional.ofNullable(annotation)
                .map(present -> present.value(name))
                .map(AnnotationValue::asStringArray)
                .map(List::of)
                .orElseGet(ArrayList::new);
    }
}
