package app.spine.access;

import app.spine.tenancy.StopDeadline;
import io.agroal.api.AgroalDataSource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of keys as they are used: one note a key waits in memory until {@link #flush()} writes all of them, many in
 * one statement. Bounded by the keys that are used between two flushes, each of them proven. Any thread may add notes.
 *
 * @param <N> the note, which is immutable
 */
final class KeyNotes<N extends KeyNotes.Note> {

    // At most some 200 bytes each on the wire.
    private static final int MAX_BATCH = 1_000;

    // A busy key's calls read the map and write it once a second.
    private static final Duration EXACT_TO = Duration.ofSeconds(1);

    private static final Comparator<Note> BY_KEY =
            Comparator.comparing(Note::tenantId).thenComparing(Note::keyId);

    private final AgroalDataSource dataSource;
    private final String sql;
    private final List<Column<N>> columns;
    private final ConcurrentHashMap<UUID, N> pending = new ConcurrentHashMap<>();

    /** Takes the statement that writes notes, with an array of its type for each column. */
    KeyNotes(AgroalDataSource dataSource, String sql, List<Column<N>> columns) {
        this.dataSource = dataSource;
        this.sql = sql;
        this.columns = List.copyOf(columns);
    }

    interface Note {

        UUID tenantId();

        UUID keyId();

        /** The latest moment that it tells of. */
        Instant last();
    }

    record Column<N>(String type, Function<? super N, ? extends @Nullable Object> value) {}

    /** Whether the key was noted within the second before that moment, so that another note would say nothing new. */
    boolean isNoted(UUID keyId, Instant at) {
        Note noted = pending.get(keyId);
        return noted != null && at.isBefore(noted.last().plus(EXACT_TO));
    }

    /** Adds a note; {@code merge} makes one of the one that waits and this. */
    void add(N note, BinaryOperator<N> merge) {
        pending.merge(note.keyId(), note, merge);
    }

    /** How many keys wait to be written. */
    int waiting() {
        return pending.size();
    }

    /** Writes what was noted since the last time; what cannot be written stays for the next. */
    void flush() throws SQLException {
        // In the order of the database's keys: a batch then meets each page of tables and indexes once, which took a
        // quarter less of PostgreSQL's time than batches of keys from anywhere.
        List<N> all = pending.values().stream().sorted(BY_KEY).toList();
        if (all.isEmpty()) {
            return;
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int from = 0; from < all.size(); from += MAX_BATCH) {
                List<N> batch = all.subList(from, Math.min(all.size(), from + MAX_BATCH));
                for (int i = 0; i < columns.size(); i++) {
                    statement.setArray(i + 1, array(connection, columns.get(i), batch));
                }
                statement.execute();
                // What came meanwhile is another one and stays.
                batch.forEach(note -> pending.remove(note.keyId(), note));
            }
        }
    }

    /** As {@link #flush()}, by a thread that is left behind where the database does not answer in time. */
    void flushBefore(StopDeadline deadline) throws SQLException, InterruptedException {
        FutureTask<@Nullable Void> flush = new FutureTask<>(() -> {
            flush();
            return null;
        });
        Thread.ofPlatform().name("last-notes").daemon(true).start(flush);
        try {
            flush.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SQLTimeoutException("the database does not answer", e);
        } catch (ExecutionException e) {
            throw new SQLException(e.getCause());
        }
    }

    private static <N> Array array(Connection connection, Column<N> column, List<N> notes) throws SQLException {
        return connection.createArrayOf(
                column.type(), notes.stream().map(column.value()).toArray());
    }
}
