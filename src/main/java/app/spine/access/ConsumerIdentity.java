package app.spine.access;

import app.spine.consumers.LiveKey;
import app.spine.events.Actor;
import app.spine.http.Redaction;
import app.spine.http.TypeId;
import io.quarkus.security.StringPermission;
import io.quarkus.security.credential.Credential;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.security.Permission;
import java.security.Principal;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A consumer app towards Quarkus security: immutable, made once for each key and shared by its requests. */
final class ConsumerIdentity implements SecurityIdentity {

    private static final int SCOPES_LENGTH = 2_000;

    private static final Uni<Boolean> YES = Uni.createFrom().item(true);
    private static final Uni<Boolean> NO = Uni.createFrom().item(false);

    private final LiveKey key;
    private final Principal principal;
    private final Actor actor;
    private final String scopes;

    ConsumerIdentity(LiveKey key) {
        this.key = key;
        UUID keyId = key.keyId();
        String name = TypeId.format("consumer", key.consumerId());
        this.principal = () -> name;
        this.actor = new Actor(Actor.Kind.CONSUMER, name, keyId == null ? null : TypeId.format("key", keyId));
        this.scopes = Redaction.clean(String.join(" ", key.scopes()), SCOPES_LENGTH);
    }

    LiveKey key() {
        return key;
    }

    /** The consumer as the one who acts. */
    Actor actor() {
        return actor;
    }

    /** What it may do, as the request log says it. */
    String scopes() {
        return scopes;
    }

    /** The same consumer, for a token that holds these scopes. */
    ConsumerIdentity narrowedTo(Set<String> scopes) {
        return new ConsumerIdentity(key.narrowedTo(scopes));
    }

    @Override
    public Principal getPrincipal() {
        return principal;
    }

    @Override
    public boolean isAnonymous() {
        return false;
    }

    @Override
    public Set<String> getRoles() {
        return Set.of();
    }

    @Override
    public boolean hasRole(String role) {
        return false;
    }

    @Override
    public <T extends Credential> @Nullable T getCredential(Class<T> type) {
        return null;
    }

    @Override
    public Set<Credential> getCredentials() {
        return Set.of();
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Quarkus's signature
    public <T> @Nullable T getAttribute(String name) {
        return null;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return Map.of();
    }

    @Override
    public Set<Permission> getPermissions() {
        return Set.of();
    }

    @Override
    public Uni<Boolean> checkPermission(Permission permission) {
        return checkPermissionBlocking(permission) ? YES : NO;
    }

    @Override
    public boolean checkPermissionBlocking(Permission permission) {
        return key.scopes().contains(scope(permission));
    }

    /** {@code members:read}, which Quarkus took apart into a name and an action. */
    static String scope(Permission permission) {
        return permission instanceof StringPermission
                        && !permission.getActions().isEmpty()
                ? permission.getName() + ":" + permission.getActions()
                : permission.getName();
    }
}
