package app.spine.consumers;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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

    /** The same; empty for one that no longer works. */
    public Optional<KeyView> findLive(String keyId) {
        return find(keyId).filter(KeyOverview::isLive);
    }

    /** How many of them work or will work. */
    public long live() {
        return keys.stream().filter(KeyOverview::isLive).count();
    }

    /** Those that work or will work and were sent by a web page, the latest first. */
    public List<KeyView> exposed() {
        return keys.stream()
                .filter(key -> isLive(key) && key.originSeen() != null)
                .sorted(Comparator.comparing((KeyView key) ->
                                Objects.requireNonNull(key.originSeen()).lastSeenAt())
                        .reversed())
                .toList();
    }

    private static boolean isLive(KeyView key) {
        return key.status().equals("active") || key.status().equals("expiring");
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
