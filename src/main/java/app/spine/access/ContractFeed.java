package app.spine.access;

import app.spine.tenancy.StopDeadline;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Hears from the database what changed in the contract with consumers, on any node, and has it forgotten here.
 *
 * <p>What the node remembers may be believed only while the feed {@link #isHeard}: a heartbeat proves that everything
 * announced before it was sent has arrived. A node that has lost its feed notices by the clock at the next request, with
 * no timer to fail, and asks the database for each key until it hears again.
 */
@ApplicationScoped
class ContractFeed {

    static final String SILENCE = "spine.contract.feed.silence";

    private static final Logger LOG = Logger.getLogger(ContractFeed.class);

    private static final String CHANNEL = "spine_contract";
    private static final Duration RETRY = Duration.ofMillis(250);

    private final AgroalDataSource dataSource;
    private final StopDeadline deadline;
    private final KeyCache cache;
    private final int heartbeatMillis;
    private final long trustNanos;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile long heardNanos;
    private volatile boolean listening;
    private boolean lost;
    private @Nullable Thread thread;

    ContractFeed(
            @DataSource("feed") AgroalDataSource dataSource,
            KeyCache cache,
            AccessConfig config,
            StopDeadline deadline) {
        this.dataSource = dataSource;
        this.deadline = deadline;
        this.cache = cache;
        this.heartbeatMillis = (int) config.feedHeartbeat().toMillis();
        this.trustNanos = config.feedTrust().toNanos();
        this.heardNanos = System.nanoTime();
    }

    void register(@Observes StartupEvent event, MeterRegistry registry) {
        TimeGauge.builder(
                        SILENCE,
                        this,
                        TimeUnit.NANOSECONDS,
                        feed -> feed.silence().toNanos())
                .description("For how long no change of consumers and keys could be heard")
                .register(registry);
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofPlatform().name("contract-feed").daemon(true).start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopped.countDown();
        if (thread != null) {
            thread.join(deadline.left());
        }
    }

    /** Whether everything that was announced until less than the trusted time ago has been heard. */
    boolean isHeard() {
        return listening && System.nanoTime() - heardNanos < trustNanos;
    }

    /** What the node remembers of a key or of a token's subject, as long as it may be believed. */
    @Nullable
    ConsumerIdentity believed(KeyDigest subject) {
        // Asked first, so that what is found is no older than what was heard. The other way round, a call right after
        // the node stood still could find what is about to be forgotten, and believe it once the feed has caught up.
        return isHeard() ? cache.find(subject) : null;
    }

    /** How long ago the last heartbeat was, or the start without one. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardNanos);
    }

    private void run() {
        try {
            do {
                try (Connection connection = dataSource.getConnection();
                        Statement statement = connection.createStatement()) {
                    listen(statement, connection.unwrap(PGConnection.class));
                } catch (SQLException | RuntimeException e) {
                    lose(e);
                }
            } while (!stopped.await(RETRY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen(Statement statement, PGConnection notifications) throws SQLException {
        statement.execute("listen " + CHANNEL);
        // What was read before was read unheard.
        cache.forgetAll();
        while (stopped.getCount() > 0) {
            long sentNanos = System.nanoTime();
            // The server delivers what was announced before it says that it is done.
            statement.execute("select");
            forget(notifications.getNotifications());
            heardNanos = sentNanos;
            if (!listening) {
                listening = true;
                if (lost) {
                    LOG.info("Changes of consumers and keys are heard again");
                }
                lost = false;
            }
            forget(notifications.getNotifications(heartbeatMillis));
        }
    }

    private void lose(Exception failure) {
        listening = false;
        if (!lost && stopped.getCount() > 0) {
            LOG.warnf("Changes of consumers and keys are not heard; each key is looked up: %s", failure.getMessage());
        }
        lost = true;
    }

    private void forget(PGNotification @Nullable [] heard) {
        if (heard == null || heard.length == 0) {
            return;
        }
        Set<String> subjects = HashSet.newHashSet(heard.length);
        for (PGNotification notification : heard) {
            subjects.add(notification.getParameter());
        }
        cache.forget(subjects);
    }
}
