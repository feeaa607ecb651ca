package app.spine.access;

import app.spine.consumers.EffectiveLimits;
import app.spine.consumers.LiveKey;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Takes an operation's cost from the consumer's policies: all of them, or none and 429. Burst and sustained are where
 * {@link LimitsConfig} says, or in this node's memory while that is away; the monthly quota is in the database.
 */
@ApplicationScoped
class SpendLimit {

    static final String SPENT_ON_NODE = "spine.limits.spent.on.node";

    private final MonthlyQuota quota;
    private final LimitStore store;
    private final NodeLimits node;
    private final Set<String> refusedWithoutStore;
    private final Counter spentOnNode;

    SpendLimit(MonthlyQuota quota, LimitStore store, NodeLimits node, LimitsConfig config, MeterRegistry registry) {
        this.quota = quota;
        this.store = store;
        this.node = node;
        this.refusedWithoutStore = config.refusedWithoutStore().map(Set::copyOf).orElse(Set.of());
        this.spentOnNode = Counter.builder(SPENT_ON_NODE)
                .description("Calls whose limits this node kept by itself, as the store was away")
                .register(registry);
    }

    @ServerRequestFilter(priority = Step.SPEND_LIMIT)
    public void spend(RoutingContext context) {
        Exchange exchange = Exchange.find(context).orElse(null);
        Problem refusal = exchange == null ? null : spend(exchange);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Whether spending asks another program, so that it must not happen on an event loop. */
    boolean blocks(LiveKey key) {
        return key.limits().monthlyQuota() != null || store.blocks();
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
        LimitStore keeper = store;
        LimitStore.Spent spent;
        try {
            spent = keeper.spend(key, cost);
        } catch (LimitStoreAwayException e) {
            if (!Collections.disjoint(exchange.scopesNeeded, refusedWithoutStore)) {
                return reduced(key);
            }
            spentOnNode.increment();
            keeper = node;
            spent = node.spend(key, cost);
        }
        Long monthly = key.limits().monthlyQuota();
        if (monthly != null) {
            // A refused call takes nothing from the quota and still says how much of it is left.
            return count(exchange, key, keeper, spent, monthly, spent.allowed() ? cost : 0);
        }
        exchange.limit = new LimitState(spent.policies());
        return spent.allowed() ? null : refusal(AccessProblem.RATE_LIMITED, exchange.limit, spent.cost());
    }

    private @Nullable Problem count(
            Exchange exchange, LiveKey key, LimitStore keeper, LimitStore.Spent spent, long monthly, int cost) {
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
            keeper.giveBack(key, spent.cost());
            return refusal(AccessProblem.QUOTA_EXCEEDED, new LimitState(List.of(count.policy())), cost);
        } catch (SQLException e) {
            if (spent.allowed()) {
                keeper.giveBack(key, spent.cost());
            }
            exchange.limit = new LimitState(spent.policies());
            return new Problem(HttpProblem.DATABASE_UNAVAILABLE, "The call could not be counted. Try again shortly.")
                    .withHeader("Retry-After", "2");
        }
    }

    /** What is left of the policies is what nobody knows, so they are named alone. */
    private Problem reduced(LiveKey key) {
        EffectiveLimits limits = key.limits();
        List<LimitState.Policy> policies = new ArrayList<>();
        policies.add(new LimitState.Policy("burst", limits.burstRequests(), limits.burstSeconds(), 0, 0));
        policies.add(new LimitState.Policy("sustained", limits.sustainedRequests(), limits.sustainedSeconds(), 0, 0));
        if (limits.monthlyQuota() != null) {
            policies.add(quota.policy(limits.monthlyQuota()));
        }
        return new Problem(
                        AccessProblem.TEMPORARILY_REDUCED,
                        "The limits of all nodes cannot be asked, and this operation is not answered without. Try again"
                                + " shortly.")
                .withHeader("Retry-After", "2")
                .withHeader("RateLimit-Policy", new LimitState(policies).policyHeader());
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
