package app.spine.consumers;

import app.spine.http.GrantedScopes;
import app.spine.http.TypeId;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer learns about itself: who it is, what it may do and how much, and when its key ends.
 *
 * @param scopes what this call may do: with a token what both hold
 * @param key null for a call that was made with a token
 */
public record OwnConsumerView(
        String id,
        String name,
        String environment,
        String status,
        List<String> scopes,
        List<String> scopesPending,
        Limits limits,
        @Schema(nullable = true) @Nullable QuotaUse quotaUse,
        String contractVersion,
        @Nullable KeyView key) {

    static OwnConsumerView of(
            Consumer consumer,
            GrantedScopes granted,
            EffectiveLimits academy,
            @Nullable QuotaUse quotaUse,
            @Nullable KeyView key) {
        return new OwnConsumerView(
                TypeId.format("consumer", consumer.id),
                consumer.name,
                consumer.environment,
                consumer.status,
                consumer.scopes.stream().filter(granted::has).toList(),
                List.copyOf(consumer.scopesPending),
                consumer.limits(academy).view(),
                quotaUse,
                consumer.contractVersion,
                key);
    }
}
