package app.spine.members;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to add a member. Without a date of birth the member counts as a minor; without a status it begins as a
 * trial.
 */
public record NewMember(
        @NotBlank @Size(max = 200) String legalName,
        @Nullable @Size(min = 1, max = 200) String preferredName,
        @Nullable LocalDate dateOfBirth,
        @Schema(defaultValue = "trial") @Nullable MemberStatus status,
        @Nullable @Size(max = 10) List<@NotNull @Valid NewContact> contacts) {

    // Before the rules look at it: what is only white space is nothing.
    public NewMember {
        if (legalName != null) {
            legalName = legalName.strip();
        }
        if (preferredName != null) {
            preferredName = preferredName.strip();
        }
    }

    MemberDetails details() {
        return new MemberDetails(
                legalName,
                preferredName,
                dateOfBirth,
                status == null ? MemberStatus.TRIAL : status,
                contacts == null ? List.of() : contacts);
    }
}
