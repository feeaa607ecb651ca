package app.spine.members;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.TypeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which members a list asks for; null means any.
 *
 * @param terms beginnings of words, all of which must match
 */
record MemberFilter(
        @Nullable List<String> terms,
        @Nullable String email,
        @Nullable String phone,
        @Nullable MemberStatus status,
        @Nullable UUID householdId) {

    /**
     * Reads the query parameters.
     *
     * @throws Problem 403 for a filter that takes {@code members.contact:read}, 400 for a value that cannot be read
     */
    static MemberFilter read(
            @Nullable String q,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String status,
            @Nullable String householdId,
            MemberScope scope) {
        refuseContactFilters(q, email, phone, scope);
        return new MemberFilter(
                terms(q),
                contact(ContactType.EMAIL, email),
                contact(ContactType.PHONE, phone),
                status(status),
                household(householdId));
    }

    /** The filters in one form, so that a cursor of other filters is recognised. */
    String fingerprint() {
        return terms + "|" + email + "|" + phone + "|" + status + "|" + householdId;
    }

    private static void refuseContactFilters(
            @Nullable String q, @Nullable String email, @Nullable String phone, MemberScope scope) {
        List<Reason> reasons = new ArrayList<>();
        if (!scope.seesContacts()) {
            for (String name :
                    new String[] {q == null ? "" : "q", email == null ? "" : "email", phone == null ? "" : "phone"}) {
                if (!name.isEmpty()) {
                    reasons.add(Reason.inParameter(
                            HttpProblem.INSUFFICIENT_SCOPE, name, name + " takes " + MemberScope.CONTACT_READ + "."));
                }
            }
        }
        if (!reasons.isEmpty()) {
            throw Problem.insufficientScope(
                    List.of(MemberScope.CONTACT_READ),
                    "Searching by name or contact takes the scope " + MemberScope.CONTACT_READ + ".",
                    reasons);
        }
    }

    private static @Nullable List<String> terms(@Nullable String q) {
        if (q == null) {
            return null;
        }
        List<String> terms = SearchTokens.ofQuery(q);
        if (terms.isEmpty()) {
            throw bad("q", "q takes the beginning of a name, an e-mail address or a phone number.");
        }
        return terms;
    }

    private static @Nullable String contact(ContactType type, @Nullable String raw) {
        if (raw == null) {
            return null;
        }
        return switch (Contacts.normalise(type, raw)) {
            case Contacts.Result.Normalised(String value) -> value;
            case Contacts.Result.Refused(String reason) -> throw bad(type.wire(), reason);
        };
    }

    private static @Nullable MemberStatus status(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return MemberStatus.parse(text)
                .orElseThrow(() -> bad(
                        "status",
                        "status is one of "
                                + Arrays.stream(MemberStatus.values())
                                        .map(MemberStatus::wire)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    private static @Nullable UUID household(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return TypeId.parse("household", text)
                .orElseThrow(() ->
                        bad("household_id", "household_id takes an id such as household_01h455vb4pex5vsknk084sn02q."));
    }

    private static Problem bad(String parameter, String detail) {
        return new Problem(HttpProblem.BAD_VALUE, Reason.inParameter(HttpProblem.BAD_VALUE, parameter, detail));
    }
}
