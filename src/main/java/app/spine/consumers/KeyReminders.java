package app.spine.consumers;

import app.spine.events.Actor;
import app.spine.events.CurrentOrigin;
import app.spine.tenancy.Tenant;
import app.spine.tenancy.TenantScope;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Reminds of keys that end: 30 days, 7 days and 1 day before, each once. Any number of nodes look at the same keys; who
 * writes the reminder's row says it.
 */
@ApplicationScoped
class KeyReminders {

    private static final Logger LOG = Logger.getLogger(KeyReminders.class);

    // A batch is looked up in one statement; what is beyond all batches waits for the next run.
    private static final int BATCH = 500;
    private static final int BATCHES = 100;

    private static final String DUE = "select tenant_id, zone, key_id, days from due_key_reminders(?, ?)";

    private static final String CLAIM = """
            insert into api_key_reminders (tenant_id, key_id, days, sent_at)
            select ?, key_id, days, ? from unnest(?::uuid[], ?::smallint[]) as due (key_id, days)
            order by key_id
            on conflict do nothing
            returning key_id, days""";

    private final DataSource dataSource;
    private final TenantScope tenants;
    private final Keys keys;
    private final CurrentOrigin origin;
    private final Clock clock;

    KeyReminders(DataSource dataSource, TenantScope tenants, Keys keys, CurrentOrigin origin, Clock clock) {
        this.dataSource = dataSource;
        this.tenants = tenants;
        this.keys = keys;
        this.origin = origin;
        this.clock = clock;
    }

    private record Due(UUID keyId, short days) {}

    /** Every ten minutes, so that the last reminder comes a day before the end within that. */
    @Scheduled(
            every = "10m",
            delayed = "1m",
            identity = "key-reminders",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() {
        try {
            remind(clock.instant());
        } catch (SQLException | IllegalStateException e) {
            LOG.warnf("Reminders of keys that end could not be sent, next try in ten minutes: %s", e.getMessage());
        }
    }

    /** Sends what is due at this time; returns how many this call sent. */
    int remind(Instant now) throws SQLException {
        int sent = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            Map<Tenant, List<Due>> due = due(now);
            for (Map.Entry<Tenant, List<Due>> ofTenant : due.entrySet()) {
                sent += tenants.callApart(ofTenant.getKey(), () -> send(ofTenant.getKey(), ofTenant.getValue(), now));
            }
            if (due.values().stream().mapToInt(List::size).sum() < BATCH) {
                break;
            }
        }
        return sent;
    }

    private Map<Tenant, List<Due>> due(Instant now) throws SQLException {
        Map<Tenant, List<Due>> due = new LinkedHashMap<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(DUE)) {
            statement.setObject(1, now.atOffset(ZoneOffset.UTC));
            statement.setInt(2, BATCH);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Tenant tenant =
                            new Tenant(row.getObject("tenant_id", UUID.class), ZoneId.of(row.getString("zone")));
                    due.computeIfAbsent(tenant, any -> new java.util.ArrayList<>())
                            .add(new Due(row.getObject("key_id", UUID.class), row.getShort("days")));
                }
            }
        }
        return due;
    }

    /** In a transaction of the tenant: the rows and what is said of them commit together. */
    private int send(Tenant tenant, List<Due> due, Instant now) throws SQLException {
        origin.identify(Actor.system("key-reminders"), null);
        Map<UUID, Short> claimed = new LinkedHashMap<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setObject(1, tenant.id());
            statement.setObject(2, now.atOffset(ZoneOffset.UTC));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "uuid", due.stream().map(Due::keyId).toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf("int2", due.stream().map(Due::days).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    claimed.put(row.getObject("key_id", UUID.class), row.getShort("days"));
                }
            }
        }
        keys.announceEnds(claimed);
        return claimed.size();
    }
}
