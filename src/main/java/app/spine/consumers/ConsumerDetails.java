package app.spine.consumers;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a consumer that a caller may change: what a merge patch applies to, and what it must leave valid.
 *
 * @param scopes all that the consumer is to hold, those included that wait for approval
 * @param limits its own limits; null, or null of one of them, stands for the academy's
 */
@Schema(name = "ConsumerPatch")
public record ConsumerDetails(
        @NotBlank @Size(max = 120) String name,
        @NotBlank @Size(max = 200) String ownerName,
        @NotBlank @Email @Size(max = 254) String ownerEmail,
        @Nullable @Size(max = 1000) String purpose,
        @NotNull @Size(max = 64) List<@NotNull Scope> scopes,
        @Nullable @Valid Limits limits,

        @NotNull @Pattern(regexp = Consumer.CONTRACT_VERSIONS, message = Consumer.NO_SUCH_CONTRACT)
        String contractVersion,

        @NotNull ConsumerStatus status) {

    /** Names are stripped as they are read, so that one of spaces alone is refused as blank. */
    public ConsumerDetails {
        name = name == null ? name : name.strip();
        ownerName = ownerName == null ? ownerName : ownerName.strip();
        ownerEmail = ownerEmail == null ? ownerEmail : ownerEmail.strip();
    }

    Limits requireLimits() {
        return Objects.requireNonNullElse(limits, Limits.NONE);
    }

    /** The same with each scope once and in the list's order, and with limits that say nothing for none. */
    ConsumerDetails normalised() {
        return new ConsumerDetails(
                name,
                ownerName,
                ownerEmail,
                purpose,
                scopes.stream().distinct().sorted().toList(),
                requireLimits(),
                contractVersion,
                status);
    }

    /** The same with another status. */
    public ConsumerDetails with(ConsumerStatus other) {
        return new ConsumerDetails(name, ownerName, ownerEmail, purpose, scopes, limits, contractVersion, other);
    }
}
