package app.spine.consumers;

import app.spine.http.ETags;
import app.spine.http.TypeId;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A consumer as its academy's admins see it.
 *
 * @param limits what holds: its own limits, the academy's where it has none
 */
public record ConsumerView(
        String id,
        String name,
        String ownerName,
        String ownerEmail,
        String environment,
        @Schema(nullable = true) @Nullable String purpose,
        String status,
        List<String> scopes,
        List<String> scopesPending,
        Limits limits,
        String contractVersion,
        @Schema(nullable = true) @Nullable OAuthClient oauthClient,
        Instant createdAt,
        Instant updatedAt,
        @JsonIgnore @Schema(hidden = true) String etag) {

    static ConsumerView of(Consumer consumer, EffectiveLimits academy) {
        return new ConsumerView(
                TypeId.format("consumer", consumer.id),
                consumer.name,
                consumer.ownerName,
                consumer.ownerEmail,
                consumer.environment,
                consumer.purpose,
                consumer.status,
                List.copyOf(consumer.scopes),
                List.copyOf(consumer.scopesPending),
                consumer.limits(academy).view(),
                consumer.contractVersion,
                consumer.oauthIssuer == null || consumer.oauthClientId == null
                        ? null
                        : new OAuthClient(consumer.oauthIssuer, consumer.oauthClientId),
                consumer.createdAt,
                consumer.updatedAt,
                // The limits shown may be the academy's, which change without the consumer.
                ETags.of(consumer.version, Integer.toHexString(academy.hashCode())));
    }
}
