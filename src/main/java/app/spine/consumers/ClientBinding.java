package app.spine.consumers;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * Which client a consumer is to be bound to.
 *
 * @param clientId as the provider's tokens name it, to the letter
 */
public record ClientBinding(
        @NotBlank @Size(max = ClientBinding.LENGTH) String clientId) {

    /** As long as an id may be. */
    public static final int LENGTH = 255;
}
