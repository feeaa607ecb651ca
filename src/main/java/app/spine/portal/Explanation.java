package app.spine.portal;

import app.spine.consumers.ConsumerView;
import app.spine.reference.ApiError;
import app.spine.reference.ApiOperation;
import app.spine.requests.RequestView;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Why a call was answered as it was: from its row in the log and from what holds for its consumer now. Answers themselves
 * are not kept.
 *
 * @param error what its code says; null for a success
 * @param lacking scopes that the call took and its key did not hold
 * @param further whether it took a scope beyond those of its operation, and which one is not known
 */
record Explanation(@Nullable ApiError error, List<Lacking> lacking, boolean further) {

    /** What takes a scope of its own in a list of members, as its description in the API says. */
    private static final Set<String> CONTACT_FILTERS = Set.of("q", "email", "phone");

    private static final String CONTACT = "members.contact:read";
    private static final String MINOR = "members.minor:read";

    /** A scope that was missing, and what has become of it since. */
    record Lacking(String scope, boolean held, boolean waits) {}

    static Explanation of(
            RequestView request,
            @Nullable ApiError error,
            @Nullable ApiOperation operation,
            @Nullable ConsumerView consumer) {
        String code = request.code() == null ? "" : request.code();
        Set<String> lacking = new TreeSet<>();
        if (code.equals("insufficient_scope") && operation != null) {
            lacking.addAll(operation.scopes());
            if (operation.path().equals("/v1/members")
                    && request.queryNames().stream().anyMatch(CONTACT_FILTERS::contains)) {
                lacking.add(CONTACT);
            }
        }
        if (code.equals("not_found") && operation != null && operation.path().startsWith("/v1/members/{")) {
            lacking.add(MINOR);
        }
        lacking.removeAll(request.scopes());
        return new Explanation(
                error,
                lacking.stream().map(scope -> lacking(scope, consumer)).toList(),
                code.equals("insufficient_scope") && lacking.isEmpty());
    }

    /** Whether the record may be there for a key with the scope that this one lacked. */
    public boolean isHidden() {
        return error != null && error.code().equals("not_found") && !lacking.isEmpty();
    }

    private static Lacking lacking(String scope, @Nullable ConsumerView consumer) {
        return new Lacking(
                scope,
                consumer != null && consumer.scopes().contains(scope),
                consumer != null && consumer.scopesPending().contains(scope));
    }
}
