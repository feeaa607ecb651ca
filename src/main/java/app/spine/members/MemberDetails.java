package app.spine.members;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Everything about a member that a caller may change: what a merge patch applies to, and what it must leave valid. */
@Schema(name = "MemberPatch")
public record MemberDetails(
        @NotBlank @Size(max = 200) String legalName,
        @Nullable @Size(min = 1, max = 200) String preferredName,
        @Nullable LocalDate dateOfBirth,
        @NotNull MemberStatus status,
        @Nullable @Size(max = 10) List<@NotNull @Valid NewContact> contacts) {

    // Before the rules look at it: what is only white space is nothing.
    public MemberDetails {
        if (legalName != null) {
            legalName = legalName.strip();
        }
        if (preferredName != null) {
            preferredName = preferredName.strip();
        }
    }

    List<NewContact> requireContacts() {
        return contacts == null ? List.of() : contacts;
    }
}
