package app.spine.members;

import app.spine.http.ETags;
import app.spine.http.TypeId;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A member as a caller sees it.
 *
 * @param contacts absent without the scope {@code members.contact:read}
 */
public record MemberView(
        String id,
        String legalName,
        @Schema(nullable = true) @Nullable String preferredName,
        @Schema(nullable = true) @Nullable LocalDate dateOfBirth,
        String status,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<ContactView> contacts,
        Instant createdAt,
        Instant updatedAt,
        @JsonIgnore @Schema(hidden = true) long version) {

    static MemberView of(Member member, @Nullable List<ContactView> contacts) {
        return new MemberView(
                TypeId.format("member", member.id),
                member.legalName,
                member.preferredName,
                member.dateOfBirth,
                member.status,
                contacts,
                member.createdAt,
                member.updatedAt,
                member.version);
    }

    /** The same record without what only {@code members.contact:read} may see. */
    MemberView withoutContacts() {
        return new MemberView(id, legalName, preferredName, dateOfBirth, status, null, createdAt, updatedAt, version);
    }

    /** Strong, so it differs where the shown members differ: with contacts and without are two representations. */
    @JsonIgnore
    String etag() {
        return ETags.of(version, contacts == null ? "b" : "c");
    }
}
