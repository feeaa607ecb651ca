package app.spine.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the log from becoming a weapon: beyond ten refusals of one code in a second for one consumer or address, the
 * rest share rows that count them. Their answers wait for the shared row like any other, at most a tenth of a second
 * longer, which also slows down whoever causes them.
 */
@ApplicationScoped
class Refusals {

    private static final int OWN_ROWS_PER_SECOND = 10;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long WINDOW_MILLIS = 100;
    private static final int CALLERS = 50_000;

    private final RequestLog log;
    private final Cache<Caller, Window> windows = Caffeine.newBuilder()
            .maximumSize(CALLERS)
            .expireAfterAccess(Duration.ofSeconds(10))
            .build();

    Refusals(RequestLog log) {
        this.log = log;
    }

    /** Whether refusals of this status are counted at all: those that cost the caller nothing to cause. */
    static boolean counts(int status) {
        return status == 401 || status == 403 || status == 404 || status == 429;
    }

    /**
     * Finds the row the refusal will be in, before its answer is rendered, since the answer names it. Null means a row of
     * its own; otherwise the exchange has taken over the shared row's id, and the future completes when that is durable.
     */
    @Nullable
    CompletableFuture<Void> join(Exchange exchange, int status, String code) {
        Object who = exchange.key == null ? exchange.address : exchange.key.consumerId();
        return windows.get(new Caller(who, code), caller -> new Window()).join(exchange, status, code);
    }

    private record Caller(Object who, String code) {}

    /** A row that counts refusals until its tenth of a second is over. */
    private static final class Shared {

        private final UUID id;
        private final RequestEntry first;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private int count;

        Shared(UUID id, RequestEntry first) {
            this.id = id;
            this.first = first;
        }
    }

    private final class Window {

        private long sinceNanos = System.nanoTime();
        private int own;
        private @Nullable Shared open;

        synchronized @Nullable CompletableFuture<Void> join(Exchange exchange, int status, String code) {
            long now = System.nanoTime();
            if (now - sinceNanos >= SECOND_NANOS) {
                sinceNanos = now;
                own = 0;
            }
            if (own < OWN_ROWS_PER_SECOND) {
                own++;
                return null;
            }
            if (open == null) {
                // Without the size of its answer: the row speaks of several.
                open = new Shared(exchange.id(), RequestEntry.of(exchange, status, code, 0));
                CompletableFuture.delayedExecutor(WINDOW_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(this::close);
            }
            open.count++;
            exchange.join(open.id);
            return open.done;
        }

        private void close() {
            Shared shared;
            synchronized (this) {
                shared = Objects.requireNonNull(open);
                open = null;
            }
            var _ = log.append(shared.first.counting(shared.count)).whenComplete((_, failure) -> {
                if (failure == null) {
                    shared.done.complete(null);
                } else {
                    shared.done.completeExceptionally(failure);
                }
            });
        }
    }
}
