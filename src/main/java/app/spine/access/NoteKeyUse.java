package app.spine.access;

import app.spine.access.KeyNotes.Column;
import app.spine.consumers.FirstUse;
import app.spine.consumers.LiveKey;
import app.spine.http.Redaction;
import app.spine.tenancy.StopDeadline;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
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

    private static final int AGENT_LENGTH = 200;

    private static final String RECORD = "select record_key_use(?, ?, ?, ?, ?, ?)";

    private static final List<Column<Use>> COLUMNS = List.of(
            new Column<>("uuid", Use::tenantId),
            new Column<>("uuid", Use::keyId),
            new Column<>("timestamptz", use -> use.last().atOffset(ZoneOffset.UTC)),
            new Column<>("text", Use::address),
            new Column<>("text", Use::operation),
            new Column<>("text", NoteKeyUse::agent));

    private final StopDeadline deadline;
    private final FirstUse firstUse;
    private final KeyNotes<Use> notes;

    NoteKeyUse(@DataSource("log") AgroalDataSource dataSource, FirstUse firstUse, StopDeadline deadline) {
        this.deadline = deadline;
        this.firstUse = firstUse;
        this.notes = new KeyNotes<>(dataSource, RECORD, COLUMNS);
    }

    private record Use(
            UUID tenantId,
            UUID keyId,
            Instant last,
            String address,
            String operation,
            @Nullable String agent) implements KeyNotes.Note {}

    /** A call that was let in; with a token, there is no key to note. Blocks only for the first use of a key that replaces another. */
    void note(Exchange exchange, LiveKey key, String operation) {
        UUID keyId = key.keyId();
        if (keyId == null) {
            return;
        }
        firstUse.note(key, exchange.publicId());
        if (notes.isNoted(keyId, exchange.occurredAt)) {
            return;
        }
        notes.add(
                new Use(
                        key.tenant().id(),
                        keyId,
                        exchange.occurredAt,
                        exchange.address,
                        operation,
                        exchange.request.getHeader("User-Agent")),
                (before, now) -> now);
    }

    @Scheduled(every = "60s", identity = "key-use", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() throws SQLException {
        flush();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        try {
            notes.flushBefore(deadline);
        } catch (SQLException e) {
            LOG.warnf("The last minute's use of keys could not be written before the stop: %s", e.getMessage());
        }
    }

    /** Writes what was noted since the last time; what cannot be written stays for the next. */
    void flush() throws SQLException {
        notes.flush();
    }

    private static @Nullable String agent(Use use) {
        return use.agent() == null ? null : Redaction.clean(use.agent(), AGENT_LENGTH);
    }
}
