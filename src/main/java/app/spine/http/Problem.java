package app.spine.http;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A refusal on its way to the caller: thrown anywhere below a resource, answered as problem details (RFC 9457). */
public final class Problem extends RuntimeException {

    private final transient ProblemKind kind;
    private final String detail;
    private final transient List<Reason> reasons;
    private final transient Map<String, String> headers = new LinkedHashMap<>();
    private final transient Map<String, Object> members = new LinkedHashMap<>();

    /** A problem without further reasons. */
    public Problem(ProblemKind kind, String detail) {
        this(kind, detail, List.of());
    }

    /** A problem with all its reasons, not the first alone. */
    public Problem(ProblemKind kind, String detail, List<Reason> reasons) {
        // A refusal is an answer, not a fault: nobody reads its stack trace, and filling it in is most of its cost.
        super(kind.code(), null, false, false);
        this.kind = kind;
        this.detail = detail;
        this.reasons = List.copyOf(reasons);
    }

    /** A problem with one reason, whose detail it shares. */
    public Problem(ProblemKind kind, Reason reason) {
        this(kind, reason.detail(), List.of(reason));
    }

    /** The same for a record that does not exist and one that the caller may not know of. */
    public static Problem notFound() {
        return new Problem(HttpProblem.NOT_FOUND, "There is no such record, or it is not yours to see.");
    }

    /** A refusal for want of scopes, with the challenge of RFC 6750 that names them. */
    public static Problem insufficientScope(Collection<String> scopes, String detail, List<Reason> reasons) {
        return new Problem(HttpProblem.INSUFFICIENT_SCOPE, detail, reasons)
                .withHeader(
                        "WWW-Authenticate",
                        "Bearer realm=\"operating-spine\", error=\"insufficient_scope\", scope=\""
                                + String.join(" ", scopes) + "\"");
    }

    /** Adds a header to the answer. */
    public Problem withHeader(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Adds a member to the problem details, as an extension of RFC 9457, section 3.2. */
    public Problem with(String member, Object value) {
        members.put(member, value);
        return this;
    }

    /** Members beyond those that every problem has. */
    public Map<String, Object> members() {
        return Map.copyOf(members);
    }

    /** What kind of refusal. */
    public ProblemKind kind() {
        return kind;
    }

    /** What happened this time and how to mend it. */
    public String detail() {
        return detail;
    }

    /** Every reason; empty when the detail says it all. */
    public List<Reason> reasons() {
        return reasons;
    }

    /** Headers that go with the answer. */
    public Map<String, String> headers() {
        return Map.copyOf(headers);
    }
}
