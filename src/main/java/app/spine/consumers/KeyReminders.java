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
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Reminds of keys that end: 30 days, 7 days and 1 day before, each once. Any number of nodes look at the same keys; who
 * writes the reminder's row says it.
 */
@ApplicationScoped
class KeyReminders {

    // A batch is looked up in one statement; what is beyond all batches waits for the next run.
    private static final int BATCH = 500;
    private static final int BATCHES = 100;

    // What one line of the log says of failures; the rest is likely the same.
    private static final int EXAMPLES = 3;

    private static final String DUE = "select tenant_id, zone, key_id, days from due_key_reminders(?, ?, ?)";

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
    void schedule() throws SQLException {
        remind(clock.instant());
    }

    /**
     * Sends what is due at this time; returns how many this call sent.
     *
     * @throws IllegalStateException when those of some academies could not be sent, after all others were
     */
    int remind(Instant now) throws SQLException {
        int sent = 0;
        Map<UUID, RuntimeException> failed = new LinkedHashMap<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            Map<Tenant, List<Due>> due = new LinkedHashMap<>();
            int rows = read(now, due, failed);
            for (Map.Entry<Tenant, List<Due>> ofTenant : due.entrySet()) {
                try {
                    sent += tenants.callApart(
                            ofTenant.getKey(), () -> send(ofTenant.getKey(), ofTenant.getValue(), now));
                } catch (RuntimeException e) {
                    failed.put(ofTenant.getKey().id(), e);
                }
            }
            if (rows < BATCH) {
                break;
            }
        }
        if (!failed.isEmpty()) {
            throw failure(failed);
        }
        return sent;
    }

    private static IllegalStateException failure(Map<UUID, RuntimeException> failed) {
        String examples = failed.entrySet().stream()
                .limit(EXAMPLES)
                .map(one -> "tenant " + one.getKey() + ": " + one.getValue().getMessage())
                .collect(Collectors.joining("; "));
        IllegalStateException failure = new IllegalStateException(
                "reminders of keys that end could not be sent for " + failed.size() + " academies, " + examples);
        failed.values().stream().limit(EXAMPLES).forEach(failure::addSuppressed);
        return failure;
    }

    /** Reads what is due but for the academies that failed; returns how many rows it was. */
    private int read(Instant now, Map<Tenant, List<Due>> due, Map<UUID, RuntimeException> failed) throws SQLException {
        int rows = 0;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(DUE)) {
            statement.setObject(1, now.atOffset(ZoneOffset.UTC));
            statement.setInt(2, BATCH);
            statement.setArray(
                    3, connection.createArrayOf("uuid", failed.keySet().toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows++;
                    UUID tenantId = row.getObject("tenant_id", UUID.class);
                    try {
                        Tenant tenant = new Tenant(tenantId, ZoneId.of(row.getString("zone")));
                        due.computeIfAbsent(tenant, any -> new ArrayList<>())
                                .add(new Due(row.getObject("key_id", UUID.class), row.getShort("days")));
                    } catch (DateTimeException e) {
                        failed.put(tenantId, e);
                    }
                }
            }
        }
        return rows;
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
