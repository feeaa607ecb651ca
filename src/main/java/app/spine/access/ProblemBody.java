package app.spine.access;

import app.spine.http.Problem;
import app.spine.http.Reason;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Problem details (RFC 9457) with the members the contract adds.
 *
 * @param instance the occurrence: its row in the request log. Not the path, so that a record that does not exist and
 *     another tenant's give the same answer
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ProblemBody(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String instance,
        String code,
        List<Reason> reasons,
        @JsonProperty("request_id") @Nullable String requestId,
        @JsonAnyGetter Map<String, Object> members) {

    static ProblemBody of(Problem problem, @Nullable String requestId) {
        return new ProblemBody(
                type(problem),
                problem.kind().title(),
                problem.kind().status(),
                problem.detail(),
                requestId == null ? null : "/v1/requests#" + requestId,
                problem.kind().code(),
                problem.reasons(),
                requestId,
                problem.members());
    }

    private static String type(Problem problem) {
        return problem.kind().status() == 429
                ? "https://iana.org/assignments/http-problem-types#quota-exceeded"
                : "/reference/errors#" + problem.kind().code();
    }
}
