package app.spine.consumers;

import app.spine.http.TypeId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a second person decided.
 *
 * @param note why; null where the person gave no reason
 */
public record DecidedScopes(
        String consumerId,
        String consumerName,
        List<String> scopes,
        String requestedBy,
        String decidedBy,
        Instant decidedAt,
        boolean approved,
        @Nullable String note) {

    static DecidedScopes of(ScopeDecision decision, Consumer consumer) {
        return new DecidedScopes(
                TypeId.format("consumer", consumer.id),
                consumer.name,
                List.copyOf(decision.scopes),
                decision.requestedBy,
                decision.decidedBy,
                decision.decidedAt,
                decision.approved,
                decision.note);
    }
}
