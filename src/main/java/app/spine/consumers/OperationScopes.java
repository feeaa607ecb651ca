package app.spine.consumers;

import app.spine.http.Governed;
import io.quarkus.security.PermissionsAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Which scopes a call of an operation uses, as the operations declare them. */
@ApplicationScoped
class OperationScopes {

    private final Map<String, Set<String>> byOperation;

    OperationScopes(BeanManager beans) {
        byOperation = beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .map(bean -> bean.getBeanClass())
                .filter(type -> type.isAnnotationPresent(Path.class))
                .distinct()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Operation.class))
                .collect(Collectors.toUnmodifiableMap(
                        method -> method.getAnnotation(Operation.class).operationId(), OperationScopes::read));
    }

    /** What a call of the operation uses; none for an operation that is no longer there. */
    Set<String> of(String operation) {
        return byOperation.getOrDefault(operation, Set.of());
    }

    /** Every scope that some operation uses. */
    Set<String> all() {
        return byOperation.values().stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> read(Method operation) {
        PermissionsAllowed permissions = operation.getAnnotation(PermissionsAllowed.class);
        Governed governed = operation.getAnnotation(Governed.class);
        return Stream.concat(
                        permissions == null ? Stream.empty() : Stream.of(permissions.value()),
                        governed == null ? Stream.empty() : Stream.of(governed.alsoUses()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
