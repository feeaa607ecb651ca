package app.spine.consumers;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/**
 * Scopes to take from a consumer.
 *
 * @param scopes each of which has to be unused at this moment; those the consumer does not hold are passed over
 */
public record ScopeRemoval(@NotNull @Size(max = 100) List<@NotNull Scope> scopes) {}
