package app.spine.http;

/** The refusals that any operation can answer with. */
public enum HttpProblem implements ProblemKind {
    MALFORMED_JSON(400, "The body is not the JSON this operation reads."),
    UNKNOWN_MEMBER(400, "The body has a member this operation does not know."),
    UNKNOWN_PARAMETER(400, "The query has a parameter this operation does not know."),
    WRONG_TYPE(400, "A value has the wrong type."),
    BAD_VALUE(400, "A value cannot be read."),
    INSUFFICIENT_SCOPE(403, "The key does not hold a scope that this takes."),
    NOT_FOUND(404, "Not found."),
    METHOD_NOT_ALLOWED(405, "This path does not take this method."),
    NOT_ACCEPTABLE(406, "None of the accepted media types can be given."),
    CONFLICT(409, "The change conflicts with another one."),
    STALE(412, "The record has changed since it was read."),
    TOO_LARGE(413, "The body is too large."),
    UNSUPPORTED_MEDIA_TYPE(415, "The body's media type is not read here."),
    INVALID(422, "The request is readable and not allowed."),
    IF_MATCH_REQUIRED(428, "A change needs the ETag it is based on."),
    INTERNAL_ERROR(500, "The platform failed."),
    DATABASE_UNAVAILABLE(503, "The database cannot be reached."),
    LOG_UNAVAILABLE(503, "The request log cannot be written.");

    private final int status;
    private final String title;

    HttpProblem(int status, String title) {
        this.status = status;
        this.title = title;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String code() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String title() {
        return title;
    }
}
