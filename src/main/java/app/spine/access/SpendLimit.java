package app.spine.access;

import app.spine.consumers.LiveKey;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Takes an operation's cost from the consumer's policies: all of them, or none and 429. Burst and sustained are kept in
 * this node's memory, bounded; the monthly quota is in the database.
 */
@ApplicationScoped
class SpendLimit {

    private final MonthlyQuota quota;
    private final Cache<UUID, ConsumerBucket> buckets;

    SpendLimit(MonthlyQuota quota, AccessConfig config) {
        this.quota = quota;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(config.cachedKeys())
                .executor(Runnable::run)
                .build();
    }

    @ServerRequestFilter(priority = Step.SPEND_LIMIT)
    public void spend(RoutingContext context) {
        Exchange exchange = Exchange.find(context).orElse(null);
        Problem refusal = exchange == null ? null : spend(exchange);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Whether spending asks the database, so that it must not happen on an event loop. */
    static boolean blocks(LiveKey key) {
        return key.limits().monthlyQuota() != null;
    }

    /**
     * Spends once for an exchange, however often it is asked, and notes what is left for the answer's headers.
     *
     * @return the refusal, or null when the call may go on
     */
    @Nullable
    Problem spend(Exchange exchange) {
        LiveKey key = exchange.key;
        int cost = exchange.cost;
        if (key == null || exchange.limit != null) {
            return null;
        }
        ConsumerBucket bucket = bucket(key);
        ConsumerBucket.Spent spent = bucket.spend(cost);
        Long monthly = key.limits().monthlyQuota();
        if (monthly != null) {
            // A refused call takes nothing from the quota and still says how much of it is left.
            return count(exchange, key, bucket, spent, monthly, spent.allowed() ? cost : 0);
        }
        exchange.limit = new LimitState(spent.policies());
        return spent.allowed() ? null : refusal(AccessProblem.RATE_LIMITED, exchange.limit, spent.cost());
    }

    private @Nullable Problem count(
            Exchange exchange, LiveKey key, ConsumerBucket bucket, ConsumerBucket.Spent spent, long monthly, int cost) {
        try {
            MonthlyQuota.Count count = quota.count(key, monthly, cost);
            List<LimitState.Policy> policies = new ArrayList<>(spent.policies());
            policies.add(count.policy());
            exchange.limit = new LimitState(List.copyOf(policies));
            if (!spent.allowed()) {
                return refusal(AccessProblem.RATE_LIMITED, new LimitState(spent.policies()), spent.cost());
            }
            if (count.allowed()) {
                return null;
            }
            bucket.giveBack(spent.cost());
            return refusal(AccessProblem.QUOTA_EXCEEDED, new LimitState(List.of(count.policy())), cost);
        } catch (SQLException e) {
            if (spent.allowed()) {
                bucket.giveBack(spent.cost());
            }
            exchange.limit = new LimitState(spent.policies());
            return new Problem(HttpProblem.DATABASE_UNAVAILABLE, "The call could not be counted. Try again shortly.")
                    .withHeader("Retry-After", "2");
        }
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

    private static Problem refusal(AccessProblem kind, LimitState state, long cost) {
        List<LimitState.Policy> violated = state.policies().stream()
                .filter(policy -> policy.left() < Math.min(cost, policy.quota()))
                .toList();
        long retrySeconds = violated.stream()
                .mapToLong(LimitState.Policy::resetSeconds)
                .max()
                .orElse(1);
        return new Problem(
                        kind,
                        "Wait " + retrySeconds
                                + " s. RateLimit-Policy on every answer says what you may call, and RateLimit"
                                + " what is left of it.")
                .withHeader("Retry-After", Long.toString(retrySeconds))
                .with(
                        "violated-policies",
                        violated.stream().map(LimitState.Policy::name).toList());
    }
}
