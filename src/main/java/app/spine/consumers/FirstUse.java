package app.spine.consumers;

import app.spine.events.Actor;
import app.spine.events.CurrentOrigin;
import app.spine.http.TypeId;
import app.spine.tenancy.TenantScope;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/** Notes the first use of a key that replaces another, durable before the call goes on. Only that call pays for it. */
@ApplicationScoped
public class FirstUse {

    // Until the node has read the key again, it still takes it for unused.
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final int KEYS = 10_000;

    private final TenantScope tenants;
    private final Keys keys;
    private final CurrentOrigin origin;
    private final Cache<UUID, Boolean> noted =
            Caffeine.newBuilder().maximumSize(KEYS).expireAfterWrite(REMEMBERED).build();

    FirstUse(TenantScope tenants, Keys keys, CurrentOrigin origin) {
        this.tenants = tenants;
        this.keys = keys;
        this.origin = origin;
    }

    /**
     * Starts the clock of the key that this one replaces; does nothing for any other key, and blocks.
     *
     * @param requestId the public id of the request that used it
     * @throws RuntimeException when it could not be made durable
     */
    public void note(LiveKey key, String requestId) {
        UUID keyId = key.keyId();
        if (!key.awaitsFirstUse() || keyId == null || noted.getIfPresent(keyId) != null) {
            return;
        }
        // Apart from the request: a test consumer's works on the sandbox, its key is the academy's.
        noted.put(keyId, tenants.callApart(key.tenant(), () -> {
            origin.identify(
                    new Actor(
                            Actor.Kind.CONSUMER,
                            TypeId.format("consumer", key.consumerId()),
                            TypeId.format("key", keyId)),
                    requestId);
            keys.noteFirstUse(keyId);
            return true;
        }));
    }
}
