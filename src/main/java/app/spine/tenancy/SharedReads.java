package app.spine.tenancy;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Reads of single records, several callers' in one round trip: those that wait while one is under way share the next.
 * Each keeps a statement of its own that enters its own tenant, so none sees another's rows; what they share is the way
 * there and back, which costs the program and PostgreSQL more than such a read itself. Whoever calls alone does not wait.
 */
@ApplicationScoped
public class SharedReads {

    private static final Logger LOG = Logger.getLogger(SharedReads.class);

    /** How many reads a round trip takes at most: with twice as many, nothing more could be measured to be saved. */
    static final int MAX_GROUP = 16;

    // So many that it is worth waking another reader while one is at work.
    private static final int CROWD = 2 * MAX_GROUP;

    // Each size is prepared on the server for itself, for each select and connection: 52 plans for all of these.
    private static final int[] SIZES = {MAX_GROUP, 12, 8, 6, 4, 3, 2, 1};

    // Beyond this, whoever comes would wait too long anyway.
    private static final int CAPACITY = 10_000;

    private static final Duration CHECK = Duration.ofMillis(100);

    // Longer than a round trip takes. Waking another reader for less is dear, since its connection's process is cold.
    private static final Duration STUCK = Duration.ofMillis(50);

    private static final String QUERY_CANCELED = "57014";

    private final AgroalDataSource dataSource;
    private final int readers;
    private final long patienceNanos;
    private final StopDeadline deadline;
    private final ReentrantLock lock = new ReentrantLock();
    // One reader does all the work that it can, so that its connection's process and its caches stay warm.
    private final Condition first = lock.newCondition();
    private final Condition others = lock.newCondition();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final ArrayDeque<Read<?>> queue = new ArrayDeque<>();
    private final AtomicLong roundTrips = new AtomicLong();
    private boolean firstBusy;
    private long firstBusySinceNanos;
    private boolean closed;

    SharedReads(@DataSource("read") AgroalDataSource dataSource, DatabaseConfig config, StopDeadline deadline) {
        this.dataSource = dataSource;
        this.deadline = deadline;
        this.readers = config.readers();
        this.patienceNanos = config.readQueuePatience().toNanos();
    }

    void start(@Observes StartupEvent event) {
        int connections =
                dataSource.getConfiguration().connectionPoolConfiguration().maxSize();
        if (readers >= connections) {
            throw new IllegalStateException("SPINE_DATABASE_READERS (" + readers
                    + ") must be below SPINE_DATABASE_READ_CONNECTIONS (" + connections
                    + "), or readers that wait for the database would keep keys from being looked up");
        }
        for (int i = 1; i <= readers; i++) {
            boolean isFirst = i == 1;
            threads.add(Thread.ofPlatform().name("reads-" + i).daemon(true).start(() -> serve(isFirst)));
        }
        Thread.ofPlatform().name("reads-deadline").daemon(true).start(this::watch);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            first.signal();
            others.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread reader : threads) {
            reader.join(deadline.left());
        }
        stopped.countDown();
        List<Read<?>> left;
        lock.lock();
        try {
            left = List.copyOf(queue);
            queue.clear();
        } finally {
            lock.unlock();
        }
        fail(left, new SQLTransientConnectionException("the program stops"));
    }

    /**
     * Reads a record of a tenant. Blocks until it was read: at most {@code spine.database.read-queue-patience} for its
     * turn, then for a connection of the pool and {@code spine.database.read-patience} for the database. Those times come
     * again only where the database refused another read of its round trip.
     *
     * @param rows called on another thread, at the first row; of nulls when there is no such record
     * @throws SQLException when the database did not answer, or not in time
     */
    public <T> T find(Select select, Tenant tenant, Object id, Rows<T> rows) throws SQLException {
        Read<T> read = new Read<>(select, tenant, id, rows);
        add(read);
        try {
            return read.result.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case SQLException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    /** How many reads wait for a round trip. */
    int backlog() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** How often the database was asked since the start. */
    long roundTrips() {
        return roundTrips.get();
    }

    private void add(Read<?> read) throws SQLException {
        lock.lock();
        try {
            if (closed || queue.size() >= CAPACITY) {
                throw new SQLTransientConnectionException("no more reads are taken");
            }
            queue.add(read);
            if (queue.size() == 1 && !firstBusy) {
                first.signal();
            } else if (queue.size() % CROWD == 0 || isFirstStuck()) {
                others.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isFirstStuck() {
        return firstBusy && System.nanoTime() - firstBusySinceNanos > STUCK.toNanos();
    }

    private void serve(boolean isFirst) {
        for (List<Read<?>> group = take(isFirst); !group.isEmpty(); group = take(isFirst)) {
            answer(group);
        }
    }

    /** What goes in one round trip; empty when no more reads are taken and none waits. */
    private List<Read<?>> take(boolean isFirst) {
        lock.lock();
        try {
            if (isFirst) {
                firstBusy = false;
            }
            while (queue.isEmpty() && !closed) {
                (isFirst ? first : others).awaitUninterruptibly();
            }
            if (isFirst) {
                firstBusy = true;
                firstBusySinceNanos = System.nanoTime();
            }
            return nextGroup();
        } finally {
            lock.unlock();
        }
    }

    /** The longest waiting read and others by the same select, as many as there is a statement for. */
    private List<Read<?>> nextGroup() {
        Read<?> first = queue.peek();
        if (first == null) {
            return List.of();
        }
        int alike = 0;
        for (Iterator<Read<?>> reads = queue.iterator(); reads.hasNext() && alike < MAX_GROUP; ) {
            alike += reads.next().select == first.select ? 1 : 0;
        }
        int size = size(alike);
        List<Read<?>> group = new ArrayList<>(size);
        for (Iterator<Read<?>> reads = queue.iterator(); group.size() < size; ) {
            Read<?> read = reads.next();
            if (read.select == first.select) {
                reads.remove();
                group.add(read);
            }
        }
        return group;
    }

    private static int size(int alike) {
        int place = 0;
        while (SIZES[place] > alike) {
            place++;
        }
        return SIZES[place];
    }

    private void answer(List<Read<?>> group) {
        try {
            readTogetherOrAlone(group);
        } catch (RuntimeException | Error e) {
            // The reader must outlive whatever a driver throws, and nobody may wait for what does not come.
            LOG.error("Reads failed", e);
            fail(group, e);
        }
    }

    private void readTogetherOrAlone(List<Read<?>> group) {
        try {
            read(group);
        } catch (SQLException e) {
            if (group.size() == 1 || !concernsOne(e)) {
                fail(group, e);
                return;
            }
            // One that the database cannot read must not cost the others theirs.
            for (Read<?> one : group) {
                if (!readAlone(one)) {
                    fail(group, e);
                    return;
                }
            }
        }
    }

    /** False when there is no use in asking for others. */
    private boolean readAlone(Read<?> one) {
        if (one.result.isDone()) {
            return true;
        }
        try {
            read(List.of(one));
            return true;
        } catch (SQLException e) {
            one.result.completeExceptionally(e);
            return concernsOne(e);
        }
    }

    /** Whether others may be read although this failed: also a statement that somebody cancelled was one read's. */
    private static boolean concernsOne(SQLException failure) {
        return !Unavailable.is(failure) || QUERY_CANCELED.equals(failure.getSQLState());
    }

    private static void fail(List<Read<?>> reads, Throwable failure) {
        reads.forEach(read -> read.result.completeExceptionally(failure));
    }

    private void read(List<Read<?>> group) throws SQLException {
        roundTrips.incrementAndGet();
        String sql = group.getFirst().select.sql(group.size());
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            int index = 0;
            for (Read<?> read : group) {
                statement.setObject(++index, read.tenant.id());
                statement.setObject(++index, read.tenant.id());
                statement.setObject(++index, read.id);
            }
            statement.execute();
            for (Read<?> read : group) {
                try (ResultSet found = statement.getResultSet()) {
                    read.complete(found);
                }
                statement.getMoreResults();
            }
        }
    }

    /** Ends reads that wait for too long, and has another reader take over from one that the database does not answer. */
    private void watch() {
        try {
            while (!stopped.await(CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
                List<Read<?>> overdue = new ArrayList<>();
                lock.lock();
                try {
                    long now = System.nanoTime();
                    queue.removeIf(read -> now - read.sinceNanos > patienceNanos && overdue.add(read));
                    if (!queue.isEmpty() && isFirstStuck()) {
                        others.signal();
                    }
                } finally {
                    lock.unlock();
                }
                fail(overdue, new SQLTransientConnectionException("the database did not come to a read in time"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes something of a record's rows, of which there is at least one. */
    @FunctionalInterface
    public interface Rows<T> {

        T read(ResultSet rows) throws SQLException;
    }

    /** A select of one record, for any number of them up to a group. */
    public static final class Select {

        private final String[] bySize = new String[MAX_GROUP + 1];

        private Select(String one) {
            for (int size : SIZES) {
                bySize[size] = String.join(";\n", Collections.nCopies(size, one));
            }
        }

        /** Takes a select whose parameters are the tenant's id and the record's. */
        public static Select of(String select) {
            return new Select(RowLevelSecurity.entering(select));
        }

        private String sql(int size) {
            return bySize[size];
        }
    }

    private static final class Read<T> {

        private final Select select;
        private final Tenant tenant;
        private final Object id;
        private final Rows<T> rows;
        private final long sinceNanos = System.nanoTime();
        private final CompletableFuture<T> result = new CompletableFuture<>();

        Read(Select select, Tenant tenant, Object id, Rows<T> rows) {
            this.select = select;
            this.tenant = tenant;
            this.id = id;
            this.rows = rows;
        }

        /** A caller that cannot make anything of its rows fails by itself: the others' are theirs. */
        void complete(ResultSet found) {
            try {
                found.next();
                result.complete(rows.read(found));
            } catch (SQLException | RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        }
    }
}
