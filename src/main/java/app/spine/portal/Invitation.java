package app.spine.portal;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/** An invitation that was made, without its code. */
@RegisterForReflection
public record Invitation(String id, Instant createdAt, Instant expiresAt) {}
