package app.spine.access;

import app.spine.consumers.FirstUse;
import app.spine.consumers.LiveKey;
import app.spine.http.Redaction;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Notes who uses which key: the first use of a key that replaces another at once and durably, the last use of every key
 * in memory, from where it goes to the database once a minute, many keys in one statement. A node that is killed loses
 * at most the last minute of it, which the request log has.
 */
@ApplicationScoped
class NoteKeyUse {

    private static final Logger LOG = Logger.getLogger(NoteKeyUse.class);

    // About 200 bytes each on the wire.
    private static final int MAX_BATCH = 1_000;
    private static final int AGENT_LENGTH = 200;

    // A busy key's calls read the map and write it once a second.
    private static final Duration EXACT_TO = Duration.ofSeconds(1);

    private static final String RECORD = "select record_key_use(?, ?, ?, ?, ?, ?)";

    private final AgroalDataSource dataSource;
    private final FirstUse firstUse;

    // Bounded by the keys that are used within a minute, each of them proven.
    private final ConcurrentHashMap<UUID, Use> pending = new ConcurrentHashMap<>();

    NoteKeyUse(@DataSource("log") AgroalDataSource dataSource, FirstUse firstUse) {
        this.dataSource = dataSource;
        this.firstUse = firstUse;
    }

    private record Use(
            UUID tenantId,
            UUID keyId,
            Instant at,
            String address,
            String operation,
            @Nullable String agent) {}

    /** A call that was let in; with a token, there is no key to note. Blocks only for the first use of a key that replaces another. */
    void note(Exchange exchange, LiveKey key, String operation) {
        UUID keyId = key.keyId();
        if (keyId == null) {
            return;
        }
        firstUse.note(key, exchange.publicId());
        Use noted = pending.get(keyId);
        if (noted != null && exchange.occurredAt.isBefore(noted.at().plus(EXACT_TO))) {
            return;
        }
        pending.put(
                keyId,
                new Use(
                        key.tenant().id(),
                        keyId,
                        exchange.occurredAt,
                        exchange.address,
                        operation,
                        exchange.request.getHeader("User-Agent")));
    }

    @Scheduled(every = "60s", identity = "key-use", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() throws SQLException {
        flush();
    }

    void stop(@Observes ShutdownEvent event) {
        try {
            flush();
        } catch (SQLException e) {
            LOG.warnf("The last minute's use of keys could not be written before the stop: %s", e.getMessage());
        }
    }

    /** Writes what was noted since the last time; what cannot be written stays for the next. */
    void flush() throws SQLException {
        List<Use> uses = List.copyOf(pending.values());
        if (uses.isEmpty()) {
            return;
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(RECORD)) {
            for (int from = 0; from < uses.size(); from += MAX_BATCH) {
                List<Use> batch = uses.subList(from, Math.min(uses.size(), from + MAX_BATCH));
                set(connection, statement, 1, "uuid", batch, Use::tenantId);
                set(connection, statement, 2, "uuid", batch, Use::keyId);
                set(
                        connection,
                        statement,
                        3,
                        "timestamptz",
                        batch,
                        use -> use.at().atOffset(ZoneOffset.UTC));
                set(connection, statement, 4, "text", batch, Use::address);
                set(connection, statement, 5, "text", batch, Use::operation);
                set(connection, statement, 6, "text", batch, NoteKeyUse::agent);
                try (ResultSet written = statement.executeQuery()) {
                    LOG.debugf("Wrote the last use of %d keys", written.next() ? written.getInt(1) : 0);
                }
                // A use that came meanwhile is another one and stays.
                batch.forEach(use -> pending.remove(use.keyId(), use));
            }
        }
    }

    private static @Nullable String agent(Use use) {
        return use.agent() == null ? null : Redaction.clean(use.agent(), AGENT_LENGTH);
    }

    private static void set(
            Connection connection,
            PreparedStatement statement,
            int index,
            String type,
            List<Use> uses,
            Function<Use, ? extends @Nullable Object> value)
            throws SQLException {
        Object[] values = new Object[uses.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(uses.get(i));
        }
        statement.setArray(index, connection.createArrayOf(type, values));
    }
}
