package app.spine.consumers;

import app.spine.http.Problem;
import app.spine.http.TypeId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * What people look at of one consumer before they decide something. Every method runs in the transaction that its caller
 * opened.
 */
@ApplicationScoped
public class ConsumerReport {

    /** How many keys are shown. */
    public static final int KEYS = 50;

    private final Consumers consumers;
    private final Keys keys;
    private final KeyViews views;
    private final Usage usage;
    private final Clock clock;

    ConsumerReport(Consumers consumers, Keys keys, KeyViews views, Usage usage, Clock clock) {
        this.consumers = consumers;
        this.keys = keys;
        this.views = views;
        this.usage = usage;
        this.clock = clock;
    }

    /**
     * Its keys with their last use and origin, in four queries however many.
     *
     * @throws Problem 404
     */
    public KeyOverview keys(String consumerId) {
        List<ApiKey> found = keys.listForPeople(consumers.require(consumerId), KEYS + 1);
        boolean more = found.size() > KEYS;
        List<ApiKey> shown = more ? found.subList(0, KEYS) : found;
        Function<ApiKey, KeyView> view = views.of(shown);
        Instant now = clock.instant();
        List<KeyOverview.Rotation> rotations = shown.stream()
                .filter(old -> old.isLive(now) && old.replacedBy != null)
                .flatMap(old -> shown.stream()
                        .filter(successor -> successor.id.equals(old.replacedBy) && successor.revokedAt == null)
                        .map(successor -> new KeyOverview.Rotation(
                                view.apply(old),
                                view.apply(successor),
                                old.overlapSeconds == null ? null : Duration.ofSeconds(old.overlapSeconds))))
                .toList();
        return new KeyOverview(shown.stream().map(view).toList(), more, rotations);
    }

    /**
     * Its use by day, today's included.
     *
     * @throws Problem 404
     */
    public UsageView usage(String consumerId, int days) throws SQLException {
        LocalDate today = today();
        return usage.read(
                consumers.require(consumerId), new UsagePeriod(today.minusDays(days - 1), today, null), null, days);
    }

    /**
     * The operations that a key called in the last days, the most called first.
     *
     * @throws Problem 404
     */
    public List<KeyOperation> operations(String consumerId, String keyId, int days) throws SQLException {
        Consumer consumer = consumers.require(consumerId);
        UUID key = TypeId.parse("key", keyId).orElseThrow(Problem::notFound);
        return usage.operationsOfKey(consumer.id, key, today().minusDays(days - 1));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
