package app.spine.consumers;

import app.spine.events.Actor;
import app.spine.events.CurrentOrigin;
import app.spine.tenancy.TenantScope;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Ends keys that became public. */
@ApplicationScoped
public class Leaks {

    private final KeyLookup lookup;
    private final TenantScope tenants;
    private final Keys keys;
    private final CurrentOrigin origin;
    private final Clock clock;

    Leaks(KeyLookup lookup, TenantScope tenants, Keys keys, CurrentOrigin origin, Clock clock) {
        this.lookup = lookup;
        this.tenants = tenants;
        this.keys = keys;
        this.origin = origin;
        this.clock = clock;
    }

    /**
     * Ends a live key and all keys rotated from it; blocks. A key that no longer works ends nothing, or whoever finds an
     * old one could stop those in use.
     *
     * @return how many keys it ended
     * @throws SQLException when the database could not be asked; RuntimeException when it could not be changed
     */
    public int report(String key) throws SQLException {
        Optional<LiveKey> found = lookup.find(key, lookup.hash(key));
        if (found.isEmpty() || !isLive(found.get())) {
            return 0;
        }
        LiveKey leaked = found.get();
        return tenants.callApart(leaked.tenant(), () -> {
            origin.identify(Actor.system("leak-report"), null);
            return keys.endLeaked(Objects.requireNonNull(leaked.keyId(), "a leaked key has an id"));
        });
    }

    private boolean isLive(LiveKey key) {
        Instant end = key.expiresAt();
        return key.revokedAt() == null && (end == null || clock.instant().isBefore(end));
    }
}
