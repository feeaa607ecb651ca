package app.spine.consumers;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/**
 * Where calls with a key may come from, from now on.
 *
 * @param networks addresses or ranges in CIDR notation; anywhere when empty
 */
public record KeyNetworks(
        @NotNull @Size(max = AllowedNetworks.MOST) List<@NotNull @Size(max = 64) String> networks) {}
