package app.spine.access;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The request log by group commit: all rows that wait while one commit runs share the next one. A row's future completes
 * when its commit is back, and fails when the row is not durable; nothing is dropped silently.
 */
@ApplicationScoped
class RequestLog {

    private static final Logger LOG = Logger.getLogger(RequestLog.class);

    // One statement's rows. 1,000 rows are about 300 kB on the wire; beyond that a batch only delays its first row.
    private static final int MAX_BATCH = 1_000;

    // A server that restarted has broken both connections of the pool; the third try gets a fresh one.
    private static final int RETRIES = 2;

    private final AgroalDataSource dataSource;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition waiting = lock.newCondition();
    private List<Row> queue = new ArrayList<>();
    private boolean closed;
    private @Nullable Thread writer;
    private @Nullable Connection connection;

    RequestLog(@DataSource("log") AgroalDataSource dataSource, AccessConfig config) {
        this.dataSource = dataSource;
        this.capacity = config.logQueue();
    }

    void start(@Observes StartupEvent event) {
        writer = Thread.ofPlatform().name("request-log").daemon(true).start(this::write);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            waiting.signal();
        } finally {
            lock.unlock();
        }
        if (writer != null) {
            writer.join();
        }
    }

    /** Joins the next commit. The future fails when the row could not be made durable. */
    CompletableFuture<Void> append(RequestEntry entry) {
        Row row = new Row(entry);
        lock.lock();
        try {
            if (closed || queue.size() >= capacity) {
                row.done.completeExceptionally(new IllegalStateException("the request log takes no more rows"));
            } else {
                queue.add(row);
                waiting.signal();
            }
        } finally {
            lock.unlock();
        }
        return row.done;
    }

    /** Writes a row in the caller's transaction, to be durable with it. */
    void append(Connection transaction, RequestEntry entry) throws SQLException {
        RequestSql.append(transaction, List.of(entry));
    }

    /** How many rows wait for a commit. */
    int backlog() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        List<Row> batch = take();
        while (!batch.isEmpty()) {
            for (int from = 0; from < batch.size(); from += MAX_BATCH) {
                commit(batch.subList(from, Math.min(batch.size(), from + MAX_BATCH)), RETRIES);
            }
            batch = take();
        }
        close();
    }

    /** Everything that waits; empty when the log was closed and nothing waits. */
    private List<Row> take() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closed) {
                waiting.awaitUninterruptibly();
            }
            List<Row> taken = queue;
            queue = new ArrayList<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void commit(List<Row> rows, int retries) {
        try {
            // Autocommit: the statement is the transaction, so its return is the commit.
            RequestSql.append(open(), rows.stream().map(row -> row.entry).toList());
            rows.forEach(row -> row.done.complete(null));
        } catch (SQLException e) {
            recover(rows, retries, e);
        } catch (RuntimeException e) {
            // The writer must outlive whatever a driver throws; the rows are reported as lost, never as written.
            LOG.error("A batch of the request log failed", e);
            close();
            rows.forEach(row -> row.done.completeExceptionally(e));
        }
    }

    private void recover(List<Row> rows, int retries, SQLException failure) {
        if (isBadRow(failure)) {
            if (rows.size() == 1) {
                LOG.errorf(
                        failure,
                        "The request log refused row %s",
                        rows.getFirst().entry.id());
                rows.getFirst().done.completeExceptionally(failure);
                return;
            }
            // Halves, so that one bad row costs its neighbours a few statements and nothing else.
            commit(rows.subList(0, rows.size() / 2), RETRIES);
            commit(rows.subList(rows.size() / 2, rows.size()), RETRIES);
            return;
        }
        close();
        if (retries > 0) {
            commit(rows, retries - 1);
            return;
        }
        LOG.warnf("The request log cannot be written: %s", failure.getMessage());
        rows.forEach(row -> row.done.completeExceptionally(failure));
    }

    /** SQLSTATE classes 22 (data exception) and 23 (constraint violation): the row's fault, not the connection's. */
    private static boolean isBadRow(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    private Connection open() throws SQLException {
        if (connection == null) {
            connection = dataSource.getConnection();
        }
        return connection;
    }

    private void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("Closing a broken connection of the request log failed", e);
            }
            connection = null;
        }
    }

    private static final class Row {

        private final RequestEntry entry;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Row(RequestEntry entry) {
            this.entry = entry;
        }
    }
}
