package app.spine.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One reason for a refusal.
 *
 * @param code what is wrong, for programs
 * @param pointer JSON pointer into the body; null when the reason is elsewhere
 * @param parameter name of the query or path parameter; null when the reason is elsewhere
 * @param header name of the header; null when the reason is elsewhere
 * @param detail what is wrong and how to mend it, for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Reason(
        String code,
        @Nullable String pointer,
        @Nullable String parameter,
        @Nullable String header,
        String detail) {

    /** A reason in the body. */
    public static Reason at(ProblemKind kind, String pointer, String detail) {
        return new Reason(kind.code(), pointer, null, null, detail);
    }

    /** A reason in the query string. */
    public static Reason inParameter(ProblemKind kind, String parameter, String detail) {
        return new Reason(kind.code(), null, parameter, null, detail);
    }

    /** A reason in a header. */
    public static Reason inHeader(ProblemKind kind, String header, String detail) {
        return new Reason(kind.code(), null, null, header, detail);
    }
}
