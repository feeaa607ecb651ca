package app.spine.consumers;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to register a consumer. Without limits it gets the academy's defaults.
 *
 * @param contractVersion what it is built against; null for the newest
 */
public record NewConsumer(
        @NotBlank @Size(max = 120) String name,
        @NotBlank @Size(max = 200) String ownerName,
        @NotBlank @Email @Size(max = 254) String ownerEmail,
        @NotNull Environment environment,
        @Nullable @Size(max = 1000) String purpose,
        @NotNull @Size(max = 64) List<@NotNull Scope> scopes,
        @Nullable @Valid Limits limits,

        @Nullable @Pattern(regexp = Consumer.CONTRACT_VERSIONS, message = Consumer.NO_SUCH_CONTRACT)
        String contractVersion) {

    /** Names are stripped as they are read, so that one of spaces alone is refused as blank. */
    public NewConsumer {
        name = name == null ? name : name.strip();
        ownerName = ownerName == null ? ownerName : ownerName.strip();
        ownerEmail = ownerEmail == null ? ownerEmail : ownerEmail.strip();
    }
}
