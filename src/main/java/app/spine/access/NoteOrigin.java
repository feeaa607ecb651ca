package app.spine.access;

import app.spine.access.KeyNotes.Column;
import app.spine.consumers.LiveKey;
import app.spine.http.Redaction;
import app.spine.tenancy.StopDeadline;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.vertx.core.http.HttpHeaders;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Notes which keys arrive with an {@code Origin} header: keys are for servers, and what sends that header is a web page,
 * in which anyone can read the key. A call without the header pays for one look at its headers. What was seen waits in
 * memory, one entry a key, and goes to the database every ten seconds, many keys in one statement; a node that is killed
 * loses that much, and the next such call says it again.
 */
@ApplicationScoped
class NoteOrigin {

    private static final Logger LOG = Logger.getLogger(NoteOrigin.class);

    // As long as a name of the DNS can be; what follows the host is never looked at.
    private static final int HOST_LENGTH = 253;
    private static final Pattern HOST =
            Pattern.compile("[a-z][a-z0-9+.-]{0,30}://(\\[[0-9a-f:.]{2,45}]|[0-9a-z._-]{1,253})(?::[0-9]{0,5})?");

    private static final String RECORD = "select record_key_origins(?, ?, ?, ?, ?)";

    private static final List<Column<Seen>> COLUMNS = List.of(
            new Column<>("uuid", Seen::tenantId),
            new Column<>("uuid", Seen::keyId),
            new Column<>("text", Seen::host),
            new Column<>("timestamptz", seen -> seen.first().atOffset(ZoneOffset.UTC)),
            new Column<>("timestamptz", seen -> seen.last().atOffset(ZoneOffset.UTC)));

    private final StopDeadline deadline;
    private final KeyNotes<Seen> notes;

    NoteOrigin(@DataSource("log") AgroalDataSource dataSource, StopDeadline deadline) {
        this.deadline = deadline;
        notes = new KeyNotes<>(dataSource, RECORD, COLUMNS);
    }

    private record Seen(UUID tenantId, UUID keyId, @Nullable String host, Instant first, Instant last)
            implements KeyNotes.Note {

        Seen and(Seen later) {
            return new Seen(tenantId, keyId, later.host, first, later.last);
        }
    }

    /** A call with a key that works, let in or not; with a token, there is no key to note. Never blocks. */
    void note(Exchange exchange, LiveKey key) {
        UUID keyId = key.keyId();
        if (keyId == null || !exchange.request.headers().contains(HttpHeaders.ORIGIN)) {
            return;
        }
        Instant now = exchange.occurredAt;
        if (notes.isNoted(keyId, now)) {
            return;
        }
        String host = host(exchange.request.getHeader(HttpHeaders.ORIGIN));
        notes.add(new Seen(key.tenant().id(), keyId, host, now, now), Seen::and);
    }

    /** The host that an Origin header names, in lower case; null for {@code null}, which pages in files send, and for anything else. */
    static @Nullable String host(@Nullable String origin) {
        // Before the case is changed, in which no key could be told any more.
        Matcher found = HOST.matcher(Redaction.clean(origin, HOST_LENGTH).toLowerCase(Locale.ROOT));
        return found.matches() ? found.group(1) : null;
    }

    /** How many keys wait to be written. */
    int waiting() {
        return notes.waiting();
    }

    @Scheduled(every = "10s", identity = "key-origins", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void schedule() throws SQLException {
        flush();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        try {
            notes.flushBefore(deadline);
        } catch (SQLException e) {
            LOG.warnf("Which keys came from web pages could not be written before the stop: %s", e.getMessage());
        }
    }

    /** Writes what was noted since the last time; what cannot be written stays for the next. */
    void flush() throws SQLException {
        notes.flush();
    }
}
