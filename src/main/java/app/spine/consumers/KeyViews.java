package app.spine.consumers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Keys with their last use, origin and reminders, in three queries however many keys. */
@ApplicationScoped
class KeyViews {

    private final EntityManager entities;
    private final Clock clock;

    KeyViews(EntityManager entities, Clock clock) {
        this.entities = entities;
        this.clock = clock;
    }

    KeyView of(ApiKey key) {
        return of(List.of(key)).apply(key);
    }

    /** Shows each of these keys. */
    Function<ApiKey, KeyView> of(List<ApiKey> keys) {
        List<UUID> ids = keys.stream().map(key -> key.id).toList();
        Map<UUID, LastUse> uses = entities.createQuery("from KeyUse where keyId in :ids", KeyUse.class)
                .setParameter("ids", ids)
                .getResultStream()
                .collect(Collectors.toMap(
                        use -> use.keyId, use -> new LastUse(use.lastUsedAt, use.address, use.operation, use.agent)));
        Map<UUID, OriginSeen> origins = entities.createQuery("from KeyOrigin where keyId in :ids", KeyOrigin.class)
                .setParameter("ids", ids)
                .getResultStream()
                .collect(Collectors.toMap(
                        seen -> seen.keyId, seen -> new OriginSeen(seen.host, seen.firstSeenAt, seen.lastSeenAt)));
        Map<UUID, List<SentReminder>> reminders = entities.createQuery(
                        "from KeyReminder where keyId in :ids order by days desc", KeyReminder.class)
                .setParameter("ids", ids)
                .getResultStream()
                .collect(Collectors.groupingBy(
                        reminder -> reminder.keyId,
                        Collectors.mapping(
                                reminder -> new SentReminder(reminder.days, reminder.sentAt), Collectors.toList())));
        Instant now = clock.instant();
        return key ->
                KeyView.of(key, now, uses.get(key.id), origins.get(key.id), reminders.getOrDefault(key.id, List.of()));
    }
}
