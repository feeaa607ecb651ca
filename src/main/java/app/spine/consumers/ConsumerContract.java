package app.spine.consumers;

import app.spine.http.TypeId;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer and its academy rely on: the version of the contract, and what the consumer may do under it.
 *
 * @param contractVersion what the consumer was built against
 * @param agreedAt when somebody said so; null where nobody did, and it is the newest of the day the consumer was made
 * @param agreedBy who said so
 * @param currentVersion the newest that this installation speaks
 * @param scopesPending what waits for the approval of a second person
 * @param limits what holds: its own limits, the academy's where it has none
 */
public record ConsumerContract(
        String consumerId,
        String contractVersion,
        @Schema(nullable = true) @Nullable Instant agreedAt,
        @Schema(nullable = true) @Nullable String agreedBy,
        String currentVersion,
        List<String> scopes,
        List<String> scopesPending,
        Limits limits) {

    static ConsumerContract of(Consumer consumer, EffectiveLimits academy) {
        return new ConsumerContract(
                TypeId.format("consumer", consumer.id),
                consumer.contractVersion,
                consumer.contractAgreedAt,
                consumer.contractAgreedBy,
                Consumer.CONTRACT_VERSION,
                List.copyOf(consumer.scopes),
                List.copyOf(consumer.scopesPending),
                consumer.limits(academy).view());
    }
}
