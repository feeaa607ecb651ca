package app.spine.access;

import app.spine.consumers.KeyText;
import app.spine.consumers.Leaks;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.scheduler.Scheduled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /leaks}: anyone who finds an API key in public says so. The answer is always the same and takes the same
 * time, so that nobody learns from it whether a key works: at least {@link #ANSWER_AFTER}, which is many times what the
 * work takes. The body is written nowhere. An address that says more than a second's share of well-formed keys is
 * answered and not heard.
 */
@ApplicationScoped
class LeakRoutes {

    static final Duration ANSWER_AFTER = Duration.ofMillis(250);

    private static final Logger LOG = Logger.getLogger(LeakRoutes.class);
    private static final String ANSWER = "{\"status\":\"accepted\"}";

    // A key and its JSON are 70 bytes; more is read to its end and not looked at.
    private static final int MAX_BYTES = 1_024;

    // What could not be worked on waits for the database in memory: a report is sent once and answered with 202.
    private static final int UNFINISHED = 1_000;

    private final Leaks leaks;
    private final ClientAddress addresses;
    private final GuessGuard guard;
    private final ObjectMapper json;
    private final Queue<String> unfinished = new ArrayBlockingQueue<>(UNFINISHED);

    LeakRoutes(Leaks leaks, ClientAddress addresses, AccessConfig config, ObjectMapper json) {
        this.leaks = leaks;
        this.addresses = addresses;
        // Buckets of its own: who guesses keys must not make the platform deaf to reports.
        this.guard = new GuessGuard(config);
        this.json = json;
    }

    void register(@Observes Router router) {
        router.route(HttpMethod.POST, "/leaks").handler(this::receive);
    }

    private void receive(RoutingContext context) {
        long startedNanos = System.nanoTime();
        HttpServerRequest request = context.request();
        String address = addresses.of(request);
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= MAX_BYTES) {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> {
            Context loop = Vertx.currentContext();
            String key = key(body);
            Runnable answer = () -> loop.runOnContext(any -> answerAfter(context, startedNanos));
            if (key != null && guard.admits(address)) {
                Thread.ofVirtual().name("leak-report").start(() -> {
                    work(key);
                    answer.run();
                });
            } else {
                answer.run();
            }
        });
        request.resume();
    }

    private @Nullable String key(Buffer body) {
        if (body.length() > MAX_BYTES) {
            return null;
        }
        try {
            JsonNode tree = json.readTree(body.getBytes());
            String token = tree == null ? null : tree.path("token").textValue();
            return token != null && KeyText.isWellFormed(token.strip()) ? token.strip() : null;
        } catch (JsonProcessingException e) {
            // No key, and like every other body without one not worth a word.
            return null;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void work(String key) {
        try {
            int ended = leaks.report(key);
            if (ended > 0) {
                LOG.warnf("A leaked key was reported and ended, with those rotated from it: %d in all", ended);
            }
        } catch (SQLException | RuntimeException e) {
            boolean kept = unfinished.offer(key);
            LOG.errorf(
                    "A reported key could not be ended, it %s: %s",
                    kept ? "is tried again" : "was given up", e.getMessage());
        }
    }

    /** Takes up once more what failed; fails where that fails again. */
    @Scheduled(every = "10s", identity = "leak-reports", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void retry() {
        for (int left = unfinished.size(); left > 0; left--) {
            String key = unfinished.poll();
            if (key != null) {
                work(key);
            }
        }
        if (!unfinished.isEmpty()) {
            throw new IllegalStateException("keys that were reported as leaked could not be ended yet");
        }
    }

    private static void answerAfter(RoutingContext context, long startedNanos) {
        long leftMillis = ANSWER_AFTER.toMillis() - (System.nanoTime() - startedNanos) / 1_000_000;
        if (leftMillis > 0) {
            context.vertx().setTimer(leftMillis, any -> answer(context.response()));
        } else {
            answer(context.response());
        }
    }

    private static void answer(HttpServerResponse response) {
        if (!response.closed() && !response.ended()) {
            var _ = response.setStatusCode(202)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store")
                    .end(ANSWER);
        }
    }
}
