package app.spine.access;

import app.spine.consumers.LiveKey;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import java.util.Objects;
import java.util.UUID;

/** Limits in this node's memory, bounded, of which other nodes know nothing. */
@ApplicationScoped
@Typed(NodeLimits.class)
class NodeLimits implements LimitStore {

    private final Cache<UUID, ConsumerBucket> buckets;

    NodeLimits(AccessConfig config) {
        this.buckets = Caffeine.newBuilder()
                .maximumSize(config.cachedKeys())
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Spent spend(LiveKey key, int cost) {
        return bucket(key).spend(cost);
    }

    @Override
    public void giveBack(LiveKey key, long cost) {
        bucket(key).giveBack(cost);
    }

    @Override
    public boolean blocks() {
        return false;
    }

    private ConsumerBucket bucket(LiveKey key) {
        ConsumerBucket bucket = buckets.get(key.consumerId(), id -> new ConsumerBucket(key.limits()));
        if (bucket.limits().equals(key.limits())) {
            return bucket;
        }
        return Objects.requireNonNull(buckets.asMap()
                .compute(
                        key.consumerId(),
                        (id, current) -> current == null
                                ? new ConsumerBucket(key.limits())
                                : current.limits().equals(key.limits()) ? current : current.under(key.limits())));
    }
}
