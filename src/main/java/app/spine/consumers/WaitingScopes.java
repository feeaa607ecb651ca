package app.spine.consumers;

import org.jspecify.annotations.Nullable;

/**
 * What waits for a second person, with what the person decides by.
 *
 * @param purpose what the consumer is for; null where nobody said it
 */
public record WaitingScopes(
        ApprovalView approval, String environment, @Nullable String purpose) {

    static WaitingScopes of(Consumer consumer) {
        return new WaitingScopes(ApprovalView.of(consumer), consumer.environment, consumer.purpose);
    }
}
