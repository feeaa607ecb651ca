package app.spine.demo;

import app.spine.members.ContactType;
import app.spine.members.Contacts;
import app.spine.members.MemberStatus;
import app.spine.members.SearchTokens;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One invented member. */
record DemoPerson(
        UUID id,
        String legalName,
        @Nullable String preferredName,
        LocalDate dateOfBirth,
        MemberStatus status,
        @Nullable String email,
        @Nullable String phone) {

    Set<String> tokens() {
        return SearchTokens.ofMember(
                preferredName == null ? List.of(legalName) : List.of(legalName, preferredName),
                email == null ? List.of() : List.of(normalised(ContactType.EMAIL, email)),
                phone == null ? List.of() : List.of(normalised(ContactType.PHONE, phone)));
    }

    static String normalised(ContactType type, String value) {
        return switch (Contacts.normalise(type, value)) {
            case Contacts.Result.Normalised(String normalised) -> normalised;
            case Contacts.Result.Refused(String reason) ->
                throw new IllegalStateException("invented contact " + value + ": " + reason);
        };
    }
}
