package app.spine.consumers;

import app.spine.http.TypeId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What waits for a second person: sensitive scopes that a consumer is to hold. Decided in the portal alone.
 *
 * @param requestedBy who asked, and therefore cannot approve
 */
public record ApprovalView(
        String consumerId,
        String consumerName,
        String ownerName,
        List<String> scopesPending,
        String requestedBy,
        Instant requestedAt) {

    static ApprovalView of(Consumer consumer) {
        return new ApprovalView(
                TypeId.format("consumer", consumer.id),
                consumer.name,
                consumer.ownerName,
                List.copyOf(consumer.scopesPending),
                Objects.requireNonNull(consumer.scopesRequestedBy),
                Objects.requireNonNull(consumer.scopesRequestedAt));
    }
}
