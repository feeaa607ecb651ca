package app.spine.access;

import app.spine.http.ProblemKind;
import java.util.Locale;

/** The refusals of the request pipeline itself. */
enum AccessProblem implements ProblemKind {
    KEY_MISSING(401, "The call carries no key."),
    KEY_MALFORMED(401, "The call carries something that is no key."),
    KEY_UNKNOWN(401, "The key is not known."),
    KEY_EXPIRED(401, "The key has expired."),
    KEY_REVOKED(401, "The key was revoked."),
    KEY_NOT_YET_VALID(401, "The key does not work yet."),
    CONSUMER_SUSPENDED(403, "The consumer is suspended."),
    RATE_LIMITED(429, "Too many requests."),
    QUOTA_EXCEEDED(429, "The month's quota is used up."),
    IDEMPOTENCY_IN_PROGRESS(409, "The same request is being worked on."),
    IDEMPOTENCY_MISMATCH(422, "The idempotency key belongs to another request.");

    private final int status;
    private final String title;

    AccessProblem(int status, String title) {
        this.status = status;
        this.title = title;
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
}
