package app.spine.consumers;

import app.spine.tenancy.Tenant;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs to know of the key it came with.
 *
 * @param tenant the academy: its limits, its log
 * @param limits what the consumer may call: its own limits, or the academy's where it has none
 * @param dataTenant whose records the key reaches: the academy, or its sandbox for a test consumer
 */
public record LiveKey(
        UUID keyId,
        Tenant tenant,
        Tenant dataTenant,
        UUID consumerId,
        boolean suspended,
        Set<String> scopes,
        @Nullable Instant notBefore,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        EffectiveLimits limits) {}
