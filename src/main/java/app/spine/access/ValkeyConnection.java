package app.spine.access;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Valkey, which all calls share: what they send at the same time travels together. Where Valkey does
 * not answer within the patience of a call, or refuses, the connection is given up, and until a new one has proven itself
 * every call learns at once that there is none: those that were under way wait, and no later one.
 */
final class ValkeyConnection implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ValkeyConnection.class);

    // So long limits are each node's own at least: a Valkey that fails again and again is not asked all the time.
    private static final Duration RETRY = Duration.ofMillis(500);

    // Nobody waits for a new connection but a start.
    private static final Duration CONNECT = Duration.ofSeconds(2);

    // Commands that wait for their answers: more than calls that a node can have under way at once.
    private static final int MAX_WAITING = 65_536;

    private record Link(Redis client, RedisConnection connection) {}

    private final Vertx vertx;
    private final RedisOptions options;
    private final Duration patience;
    private final Request proof;
    private final AtomicReference<@Nullable Link> link = new AtomicReference<>();
    private final Thread keeper;
    private volatile boolean closed;
    private volatile long givenUpNanos = System.nanoTime();
    private boolean told;

    /** @param proof what shows that Valkey does what will be asked of it */
    ValkeyConnection(Vertx vertx, ValkeyAddress address, Duration patience, Request proof) {
        this.vertx = vertx;
        this.options = new RedisOptions()
                .setConnectionString(address.connectionString())
                .setMaxWaitingHandlers(MAX_WAITING)
                // With it the client would never tell of some of the errors that a connection can begin with.
                .setProtocolNegotiation(false)
                // It is kept for as long as it works.
                .setPoolRecycleTimeout(-1)
                .setPoolName("limits");
        options.getNetClientOptions()
                .setConnectTimeout((int) CONNECT.toMillis())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setHostnameVerificationAlgorithm("HTTPS");
        this.patience = patience;
        this.proof = proof;
        this.keeper = Thread.ofVirtual().name("limits-valkey").unstarted(this::keep);
    }

    /** Connects, and keeps doing so. Comes back when the first attempt is over, whatever became of it. */
    void open() {
        connect();
        keeper.start();
    }

    boolean isUp() {
        return link.get() != null;
    }

    /**
     * Sends a command and waits for the answer.
     *
     * @throws LimitStoreAwayException when there is no connection, or none any more
     * @throws ValkeyRefusal when Valkey answers with an error that is about this command alone
     */
    Response send(Request request) throws LimitStoreAwayException, ValkeyRefusal {
        Link current = link.get();
        if (current == null) {
            throw new LimitStoreAwayException("Valkey is away");
        }
        try {
            return send(current.connection(), request, patience);
        } catch (LimitStoreAwayException e) {
            // Whoever was interrupted says nothing about Valkey.
            if (!Thread.currentThread().isInterrupted()) {
                giveUp(current, String.valueOf(e.getMessage()));
            }
            throw e;
        } catch (ValkeyRefusal e) {
            if (e.isAboutThisCommand()) {
                throw e;
            }
            giveUp(current, String.valueOf(e.getMessage()));
            throw new LimitStoreAwayException(String.valueOf(e.getMessage()));
        }
    }

    private static Response send(RedisConnection connection, Request request, Duration patience)
            throws LimitStoreAwayException, ValkeyRefusal {
        try {
            return connection
                    .send(request)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new LimitStoreAwayException("no answer within " + patience.toMillis() + " ms");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ErrorType refusal && !refusal.is("CONNECTION_CLOSED")) {
                throw new ValkeyRefusal(refusal);
            }
            throw new LimitStoreAwayException(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimitStoreAwayException("interrupted");
        }
    }

    private void giveUp(Link given, String reason) {
        if (link.compareAndSet(given, null)) {
            givenUpNanos = System.nanoTime();
            tellOnce(reason);
            closeQuietly(given.client());
        }
    }

    private void keep() {
        while (!closed) {
            try {
                Thread.sleep(RETRY);
            } catch (InterruptedException e) {
                return;
            }
            if (!closed && link.get() == null && System.nanoTime() - givenUpNanos >= RETRY.toNanos()) {
                connectAgain();
            }
        }
    }

    /** Whatever goes wrong, it is not the end of trying. */
    private void connectAgain() {
        try {
            connect();
        } catch (RuntimeException e) {
            tellOnce(String.valueOf(e));
        }
    }

    private void connect() {
        Redis client = Redis.createClient(vertx, options);
        try {
            RedisConnection connection = client.connect()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CONNECT.toMillis(), TimeUnit.MILLISECONDS);
            Link made = new Link(client, connection);
            connection.endHandler(ended -> giveUp(made, "the connection was closed"));
            connection.exceptionHandler(failure -> giveUp(made, String.valueOf(failure)));
            var _ = send(connection, proof, patience);
            link.set(made);
            if (closed) {
                giveUp(made, "closed");
                return;
            }
            tellBack();
        } catch (InterruptedException e) {
            closeQuietly(client);
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            closeQuietly(client);
            tellOnce(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            closeQuietly(client);
            tellOnce("no connection within " + CONNECT.toSeconds() + " s");
        } catch (LimitStoreAwayException | ValkeyRefusal | RuntimeException e) {
            closeQuietly(client);
            tellOnce(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void tellOnce(String reason) {
        if (!told && !closed) {
            told = true;
            LOG.warnf(
                    "Valkey is away, so that each node keeps limits by itself until it is back: %s. See SPINE_LIMITS_VALKEY_URL",
                    reason);
        }
    }

    private synchronized void tellBack() {
        if (told) {
            told = false;
            LOG.info("Valkey is back and keeps the limits of all nodes");
        }
    }

    private static void closeQuietly(Redis client) {
        try {
            client.close();
        } catch (RuntimeException e) {
            LOG.debug("A connection to Valkey could not be closed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        keeper.interrupt();
        Link last = link.getAndSet(null);
        if (last != null) {
            closeQuietly(last.client());
        }
    }

    /** An answer of Valkey that is an error. */
    static final class ValkeyRefusal extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient ErrorType answer;

        ValkeyRefusal(ErrorType answer) {
            super(answer.getMessage(), null, false, false);
            this.answer = answer;
        }

        boolean isUnknownScript() {
            return answer.is("NOSCRIPT");
        }

        /** Or about the script that it does not know, or the data that it met; all other errors are about the server. */
        boolean isAboutThisCommand() {
            return answer.is("NOSCRIPT") || answer.is("WRONGTYPE") || answer.is("ERR");
        }
    }
}
