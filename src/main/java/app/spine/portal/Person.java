package app.spine.portal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in.
 *
 * @param issuer the OIDC provider that vouches for it
 * @param subject who it is to the provider, for ever; with the issuer it is the person's identity
 * @param name for people to read; the subject where the provider says none
 * @param email null where the provider says none; never an identity
 * @param sandboxId the academy's sandbox; null where it has none
 * @param consumerId the one consumer that a partner is bound to; null for everyone else
 * @param authenticatedAt when the person proved itself to the provider
 */
public record Person(
        String issuer,
        String subject,
        String name,
        @Nullable String email,
        Role role,
        UUID tenantId,
        String academySlug,
        String academyName,
        ZoneId zone,
        @Nullable UUID sandboxId,
        @Nullable UUID consumerId,
        Instant authenticatedAt) {

    /** How long a sign-in lets a person issue, rotate and revoke keys. */
    static final Duration FRESH = Duration.ofMinutes(10);

    /** Whether the sign-in is recent enough to issue, rotate or revoke keys. */
    public boolean isFresh(Instant now) {
        return now.isBefore(authenticatedAt.plus(FRESH));
    }
}
