package app.spine.access;

import app.spine.http.Governed;
import app.spine.tenancy.HomeTenant;
import io.quarkus.security.PermissionsAllowed;
import jakarta.ws.rs.QueryParam;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an operation's annotations declare, read once.
 *
 * @param id its id in the OpenAPI document
 * @param auditEvent what a change writes to the trail
 * @param auditEvents that event and those it may write instead
 * @param cost what a call takes from the caller's limits
 * @param home whether it works on the consumer's own academy
 * @param scopes what it takes to call it
 * @param queryNames the query parameters it knows
 */
record Operation(
        String id,
        String auditEvent,
        Set<String> auditEvents,
        int cost,
        boolean home,
        List<String> scopes,
        Set<String> queryNames) {

    private static final ConcurrentHashMap<Method, Operation> KNOWN = new ConcurrentHashMap<>();

    /** Whether it changes something: whatever writes more than its row in the request log. */
    boolean isChange() {
        return !auditEvent.equals(Governed.READ);
    }

    static Operation of(Method method) {
        Operation known = KNOWN.get(method);
        return known != null ? known : KNOWN.computeIfAbsent(method, Operation::read);
    }

    private static Operation read(Method method) {
        var described = method.getAnnotation(org.eclipse.microprofile.openapi.annotations.Operation.class);
        Governed governed = method.getAnnotation(Governed.class);
        if (described == null || governed == null) {
            throw new IllegalStateException(method + " declares no @Operation or no @Governed");
        }
        PermissionsAllowed permissions = method.getAnnotation(PermissionsAllowed.class);
        return new Operation(
                described.operationId(),
                governed.auditEvent(),
                Stream.concat(Stream.of(governed.auditEvent()), Stream.of(governed.orAuditEvents()))
                        .collect(Collectors.toUnmodifiableSet()),
                governed.cost(),
                method.isAnnotationPresent(HomeTenant.class)
                        || method.getDeclaringClass().isAnnotationPresent(HomeTenant.class),
                permissions == null ? List.of() : List.of(permissions.value()),
                Arrays.stream(method.getParameterAnnotations())
                        .flatMap(Stream::of)
                        .filter(QueryParam.class::isInstance)
                        .map((Annotation annotation) -> ((QueryParam) annotation).value())
                        .collect(Collectors.toUnmodifiableSet()));
    }
}
