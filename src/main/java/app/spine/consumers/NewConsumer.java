package app.spine.consumers;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What it takes to register a consumer. Without limits it gets the academy's defaults. */
public record NewConsumer(
        @NotBlank @Size(max = 120) String name,
        @NotBlank @Size(max = 200) String ownerName,
        @NotBlank @Email @Size(max = 254) String ownerEmail,
        @NotNull Environment environment,
        @Nullable @Size(max = 1000) String purpose,
        @NotNull @Size(max = 64) List<@NotNull Scope> scopes,
        @Nullable @Valid Limits limits) {

    // Before the rules look at it: what is only white space is nothing.
    public NewConsumer {
        if (name != null) {
            name = name.strip();
        }
        if (ownerName != null) {
            ownerName = ownerName.strip();
        }
    }
}
