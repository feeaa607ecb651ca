package app.spine.consumers;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a consumer for people: those that were not revoked first, then the newest.
 *
 * @param more whether there are older ones that are not shown
 */
public record KeyOverview(List<KeyView> keys, boolean more, List<Rotation> rotations) {

    /**
     * A rotation that has not ended.
     *
     * @param afterFirstUse how long the old key goes on once the new one is used; null when its end is known
     */
    public record Rotation(
            KeyView old, KeyView successor, @Nullable Duration afterFirstUse) {}

    /** The key of that id. */
    public Optional<KeyView> find(String keyId) {
        return keys.stream().filter(key -> key.id().equals(keyId)).findFirst();
    }

    /** How many of them work or will work. */
    public long live() {
        return keys.stream()
                .filter(key -> key.status().equals("active") || key.status().equals("expiring"))
                .count();
    }

    /** The rotation that a key is part of; null for none. */
    public @Nullable Rotation rotationOf(KeyView key) {
        return rotations.stream()
                .filter(rotation -> rotation.old().id().equals(key.id())
                        || rotation.successor().id().equals(key.id()))
                .findFirst()
                .orElse(null);
    }
}
