package app.spine.members;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** A contact as a caller gives it. Phone numbers without a country are Australian. */
@Reachable
public record NewContact(
        @NotNull ContactType type,
        @NotBlank @Size(max = 254) String value) {}
