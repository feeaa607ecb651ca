package app.spine.access;

import app.spine.http.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Look-ups of keys of which the node knows nothing: one at a time for each key, whose answer goes to all calls that came
 * with it meanwhile. So however many calls a consumer begins with, they count as one guess and as one question to the
 * database, and a key that nobody has costs no more than it did.
 */
@ApplicationScoped
class FirstLookups {

    private final GuessGuard guard;

    // Bounded by what the guard admits in the time that a look-up takes.
    private final ConcurrentHashMap<KeyDigest, CompletableFuture<Optional<ConsumerIdentity>>> running =
            new ConcurrentHashMap<>();

    FirstLookups(GuessGuard guard) {
        this.guard = guard;
    }

    /**
     * Whose the key is, by this look-up or the one that is under way.
     *
     * @param lookup remembers what it finds before it ends, so that who comes after it needs none
     * @return fails with a {@link Problem} when too many unknown keys came from the address
     */
    Uni<Optional<ConsumerIdentity>> join(
            KeyDigest digest, String address, Supplier<Uni<Optional<ConsumerIdentity>>> lookup) {
        CompletableFuture<Optional<ConsumerIdentity>> own = new CompletableFuture<>();
        CompletableFuture<Optional<ConsumerIdentity>> earlier = running.putIfAbsent(digest, own);
        if (earlier == null) {
            start(digest, address, lookup, own);
        }
        // A copy, since a caller that hangs up ends what it waits for.
        CompletableFuture<Optional<ConsumerIdentity>> awaited = (earlier == null ? own : earlier).copy();
        Uni<Optional<ConsumerIdentity>> found = Uni.createFrom().completionStage(awaited);
        Context here = Vertx.currentContext();
        // The answer arrives on the thread of the call that asked, where no other request may go on.
        return awaited.isDone() || here == null
                ? found
                : found.emitOn(task -> here.runOnContext(nothing -> task.run()));
    }

    private void start(
            KeyDigest digest,
            String address,
            Supplier<Uni<Optional<ConsumerIdentity>>> lookup,
            CompletableFuture<Optional<ConsumerIdentity>> result) {
        if (!guard.admits(address)) {
            running.remove(digest, result);
            result.completeExceptionally(new Problem(
                            AccessProblem.RATE_LIMITED, "Too many unknown keys came from this address. Wait a second.")
                    .withHeader("Retry-After", "1"));
            return;
        }
        // Subscribed by nobody who could hang up.
        Uni.createFrom()
                .<Optional<ConsumerIdentity>>deferred(lookup::get)
                .subscribe()
                .with(
                        found -> {
                            if (found.isPresent()) {
                                guard.giveBack(address);
                            }
                            running.remove(digest, result);
                            result.complete(found);
                        },
                        failure -> {
                            running.remove(digest, result);
                            result.completeExceptionally(failure);
                        });
    }
}
