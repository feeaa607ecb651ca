package app.spine.consumers;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A scope that a consumer holds.
 *
 * @param grantedAt since when; null for one whose grant was not noted
 * @param lastUsedOn the last day (UTC) of the past year on which an operation that takes it was called; null for none
 * @param unused whether it was held for 30 days without use, so that it can be dropped
 */
public record HeldScope(
        Scope scope, @Nullable Instant grantedAt, @Nullable LocalDate lastUsedOn, boolean unused) {}
