package app.spine.access;

import app.spine.http.TypeId;
import app.spine.tenancy.StopDeadline;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The request log by group commit: all rows that wait while one commit runs share the next one. A row's future completes
 * when its commit is back, and fails when the row is not durable in time; nothing is dropped silently.
 *
 * <p>While rows share commits, these follow each other at a distance, so that still more share one: under load
 * that saves the database more than the wait costs the callers. Whoever calls alone does not wait.
 */
@ApplicationScoped
class RequestLog {

    private static final Logger LOG = Logger.getLogger(RequestLog.class);

    // 1,000 rows are about 300 kB on the wire; beyond that a batch only delays its first row.
    private static final int MAX_BATCH = 1_000;

    // As many as it takes for a row's share of the commit to become small: with them nothing is waited for.
    private static final int FULL = RequestSql.MAX_ROWS;

    // A caller that sends one call after the other would only lose time; where two shared the last commit, others are
    // likely to come.
    private static final int CROWD = 2;

    // A server that restarted has broken both connections of the pool; the third try gets a fresh one.
    private static final int RETRIES = 2;

    private static final String UNIQUE_VIOLATION = "23505";

    private static final long DEADLINE_CHECK_MILLIS = 100;

    // Enough to find them in what callers and proxies have noted.
    private static final int NAMED_WHEN_LOST = 10;

    private final AgroalDataSource dataSource;
    private final StopDeadline deadline;
    private final int capacity;
    private final long distanceNanos;
    private final long patienceNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition waiting = lock.newCondition();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private List<Row> queue = new ArrayList<>();
    private List<Row> writing = List.of();
    private boolean closed;
    private long lastCommitNanos;
    private int lastBatch;
    private @Nullable Thread writer;
    private @Nullable Connection connection;

    RequestLog(@DataSource("log") AgroalDataSource dataSource, AccessConfig config, StopDeadline deadline) {
        this.dataSource = dataSource;
        this.deadline = deadline;
        this.capacity = config.logQueue();
        this.distanceNanos = config.logCommitDistance().toNanos();
        this.patienceNanos = config.logPatience().toNanos();
        this.lastCommitNanos = System.nanoTime() - distanceNanos;
    }

    void start(@Observes StartupEvent event) {
        writer = Thread.ofPlatform().name("request-log").daemon(true).start(this::write);
        Thread.ofPlatform().name("request-log-deadline").daemon(true).start(this::failOverdueRows);
    }

    /** Comes before others that share the deadline: nothing that they have to write is owed to a caller. */
    void stop(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent event)
            throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            waiting.signal();
        } finally {
            lock.unlock();
        }
        if (writer != null && !writer.join(deadline.left())) {
            giveUp();
        }
        stopped.countDown();
    }

    /** Who still waits for one of these rows gets 503, as whenever a row is not written. */
    private void giveUp() {
        List<Row> sent;
        List<Row> unsent;
        lock.lock();
        try {
            sent = writing.stream().filter(row -> !row.isWritten()).toList();
            unsent = queue;
            queue = new ArrayList<>();
        } finally {
            lock.unlock();
        }
        List<Row> lost = Stream.concat(sent.stream(), unsent.stream()).toList();
        if (lost.isEmpty()) {
            return;
        }
        LOG.errorf(
                "The request log stops before the database has answered: of %d rows it is not known whether they are"
                        + " written, and %d are not. No answer left as if they were. Requests: %s%s",
                sent.size(),
                unsent.size(),
                lost.stream()
                        .limit(NAMED_WHEN_LOST)
                        .map(row -> TypeId.format("req", row.entry.id()))
                        .collect(Collectors.joining(", ")),
                lost.size() > NAMED_WHEN_LOST ? " and others" : "");
        lost.forEach(row -> row.done.completeExceptionally(new TimeoutException("the program stopped first")));
    }

    /**
     * Joins the next commit. The future completes within {@code spine.access.log-patience}, exceptionally when the row
     * could not be made durable, so that callers may wait for it without a time-out of their own.
     */
    CompletableFuture<Void> append(RequestEntry entry) {
        Row row = new Row(entry);
        lock.lock();
        try {
            if (closed || queue.size() >= capacity) {
                row.done.completeExceptionally(new IllegalStateException("the request log takes no more rows"));
            } else {
                queue.add(row);
                // The writer waits for the first, and then at most for a full batch.
                if (queue.size() == 1 || queue.size() == FULL) {
                    waiting.signal();
                }
            }
        } finally {
            lock.unlock();
        }
        return row.done;
    }

    /** Writes a row in the caller's transaction, to be durable with it. */
    void append(Connection transaction, RequestEntry entry) throws SQLException {
        RequestSql.append(transaction, List.of(entry), false);
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
            writing = List.of();
            while (queue.isEmpty() && !closed) {
                waiting.awaitUninterruptibly();
            }
            if (lastBatch >= CROWD) {
                awaitDistance();
            }
            lastBatch = queue.size();
            lastCommitNanos = System.nanoTime();
            writing = queue;
            queue = new ArrayList<>();
            return writing;
        } finally {
            lock.unlock();
        }
    }

    private void awaitDistance() {
        try {
            long left = distanceNanos - (System.nanoTime() - lastCommitNanos);
            while (left > 0 && queue.size() < FULL && !closed) {
                left = waiting.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts the writer; if somebody does, it writes at once.
            Thread.currentThread().interrupt();
        }
    }

    private void commit(List<Row> rows, int retries) {
        try {
            append(open(), rows.stream().map(row -> row.entry).toList(), retries < RETRIES);
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

    private static void append(Connection connection, List<RequestEntry> entries, boolean again) throws SQLException {
        if (entries.size() <= RequestSql.MAX_ROWS) {
            // Autocommit: the statement is the transaction, so its return is the commit.
            RequestSql.append(connection, entries, again);
            return;
        }
        connection.setAutoCommit(false);
        try {
            for (int from = 0; from < entries.size(); from += RequestSql.MAX_ROWS) {
                RequestSql.append(
                        connection, entries.subList(from, Math.min(entries.size(), from + RequestSql.MAX_ROWS)), again);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** One thread's clock for all rows: a time-out for each would cost more than the wait. */
    private void failOverdueRows() {
        try {
            while (!stopped.await(DEADLINE_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                List<Row> overdue = new ArrayList<>();
                lock.lock();
                try {
                    long deadline = System.nanoTime() - patienceNanos;
                    writing.stream()
                            .filter(row -> row.sinceNanos - deadline < 0)
                            .forEach(overdue::add);
                    // A row that nobody waits for any more is not written either.
                    queue.removeIf(row -> row.sinceNanos - deadline < 0 && overdue.add(row));
                } finally {
                    lock.unlock();
                }
                overdue.forEach(row -> row.done.completeExceptionally(new TimeoutException("no commit in time")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void recover(List<Row> rows, int retries, SQLException failure) {
        if (UNIQUE_VIOLATION.equals(failure.getSQLState()) && retries == RETRIES) {
            // Some are there already, so they are durable; the next try passes over them.
            commit(rows, retries - 1);
            return;
        }
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
            commit(rows.subList(0, rows.size() / 2), retries);
            commit(rows.subList(rows.size() / 2, rows.size()), retries);
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
        private final long sinceNanos = System.nanoTime();
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Row(RequestEntry entry) {
            this.entry = entry;
        }

        boolean isWritten() {
            return done.isDone() && !done.isCompletedExceptionally();
        }
    }
}
