package app.spine.http;

import java.util.Locale;

/** The refusals that any operation can answer with. */
public enum HttpProblem implements ProblemKind {
    MALFORMED_JSON(
            400,
            "The body is not the JSON this operation reads.",
            "Send one JSON object in UTF-8, each member once, nested no deeper than 32. The reason says where reading stopped."),
    UNKNOWN_MEMBER(
            400,
            "The body has a member this operation does not know.",
            "Remove it or correct its name; the reason lists the names that are known at that place."),
    UNKNOWN_PARAMETER(
            400,
            "The query has a parameter this operation does not know.",
            "Remove it or correct its name; the reason lists the parameters the operation takes."),
    WRONG_TYPE(
            400,
            "A value has the wrong type.",
            "Send the type that the reason names: numbers without quotes, texts with them."),
    BAD_VALUE(
            400,
            "A value cannot be read.",
            "Send a value of the form that the reason names. Texts hold no NUL and no half of a surrogate pair."),
    INSUFFICIENT_SCOPE(
            403,
            "The key does not hold a scope that this takes.",
            "Ask an owner or admin of the academy for the scope that WWW-Authenticate names, or use a key that holds it."),
    NOT_FOUND(
            404,
            "Not found.",
            "Check the path and the id. A record that another academy owns, or that your scopes do not show, looks the same as none."),
    METHOD_NOT_ALLOWED(
            405, "This path does not take this method.", "Use a method that the reference lists for the path."),
    NOT_ACCEPTABLE(
            406,
            "None of the accepted media types can be given.",
            "Send Accept: application/json, or leave Accept out."),
    REQUEST_TIMEOUT(
            408,
            "The body did not arrive in time.",
            "Send the whole body at once. Nothing was changed, so the request may be sent again."),
    CONFLICT(409, "The change conflicts with another one.", "Read the record again and decide anew."),
    STALE(
            412,
            "The record has changed since it was read.",
            "Read the record again, look at what changed, and send the change with the new ETag."),
    TOO_LARGE(413, "The body is too large.", "Send at most 1 MiB in one request; split what is larger."),
    URI_TOO_LONG(414, "The path and query are too long.", "Send at most 8 kB; page through what is longer."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "The body's media type is not read here.",
            "Send application/json with POST and PUT, and application/merge-patch+json with PATCH."),
    INVALID(
            422,
            "The request is readable and not allowed.",
            "Each reason names a member of the body and the rule it breaks. Correct all of them and send it again."),
    IF_MATCH_REQUIRED(
            428,
            "A change needs the ETag it is based on.",
            "Read the record and send its ETag as If-Match, so that nobody loses a change."),
    HEADERS_TOO_LARGE(
            431,
            "The headers are too large.",
            "Send at most 16 kB of them. The API reads about ten, which the reference names."),
    INTERNAL_ERROR(500, "The platform failed.", "Try again later. If it stays, tell support the request id."),
    DATABASE_UNAVAILABLE(
            503,
            "The database cannot be reached.",
            "Nothing was changed. Send the request again after the seconds that Retry-After names."),
    LOG_UNAVAILABLE(
            503,
            "The request log cannot be written.",
            "No answer leaves without its record. Send the request again after the seconds that Retry-After names; with an Idempotency-Key nothing happens twice.");

    private final int status;
    private final String title;
    private final String remedy;

    HttpProblem(int status, String title, String remedy) {
        this.status = status;
        this.title = title;
        this.remedy = remedy;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
