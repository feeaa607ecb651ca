package app.spine.portal;

import java.time.Instant;

/** An invitation that was made, without its code. */
public record Invitation(String id, Instant createdAt, Instant expiresAt) {}
