package app.spine.consumers;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What may be said about a new key; everything may be left out.
 *
 * @param notBefore when it begins to work; at once when null
 * @param expiresAt when it stops working; never when null
 */
public record NewKey(@Nullable Instant notBefore, @Nullable Instant expiresAt) {}
