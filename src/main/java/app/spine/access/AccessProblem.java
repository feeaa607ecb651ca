package app.spine.access;

import app.spine.http.ProblemKind;
import java.util.Locale;

/** The refusals of the request pipeline itself. */
enum AccessProblem implements ProblemKind {
    KEY_MISSING(401, "The call carries no key.", "Send the header Authorization: Bearer <API key>."),
    KEY_MALFORMED(
            401,
            "The call carries something that is no key.",
            "Send one Authorization header with Bearer and the whole key: spine_live_ or spine_test_ and 36 characters."),
    KEY_UNKNOWN(
            401, "The key is not known.", "Check that it is the whole key and that it belongs to this installation."),
    KEY_EXPIRED(401, "The key has expired.", "Use the key that replaced it, or ask an admin for a new one."),
    KEY_REVOKED(401, "The key was revoked.", "Use another key of the consumer, or ask an admin for a new one."),
    KEY_NOT_YET_VALID(
            401,
            "The key does not work yet.",
            "Wait until the time that the detail names, or use the key it is to replace."),
    TOKEN_INVALID(
            401,
            "The token does not count here.",
            "Fetch a new client-credentials token of the configured provider, meant for this API, with a client that is bound to a consumer; or use an API key."),
    NETWORK_NOT_ALLOWED(
            403,
            "The key does not work from this address.",
            "Call from a network that the key allows; an admin can issue a key for others."),
    CONSUMER_SUSPENDED(403, "The consumer is suspended.", "An owner or admin of the academy can restore it."),
    RATE_LIMITED(
            429,
            "Too many requests.",
            "Wait the seconds that Retry-After names. RateLimit on every answer says what is left, so that you need not run into it."),
    QUOTA_EXCEEDED(
            429,
            "The month's quota is used up.",
            "The quota begins anew with the calendar month, UTC; an admin can raise it."),
    IDEMPOTENCY_IN_PROGRESS(
            409,
            "The same request is being worked on.",
            "Send it again after the seconds that Retry-After names; it will get the answer of the first."),
    IDEMPOTENCY_MISMATCH(
            422,
            "The idempotency key belongs to another request.",
            "Use a new Idempotency-Key for a new request; send the same method, path and body to repeat an old one."),
    TEMPORARILY_REDUCED(
            503,
            "A part of the platform that this call needs is away.",
            "Send the request again after the seconds that Retry-After names. What does not need that part goes on.");

    private final int status;
    private final String title;
    private final String remedy;

    AccessProblem(int status, String title, String remedy) {
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
