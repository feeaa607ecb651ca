package app.spine.http;

/** A kind of refusal that the contract publishes. Each feature declares its own as an enum. */
public interface ProblemKind {

    /** The HTTP status. */
    int status();

    /** The code callers branch on, lower-case with underscores: fixed by the contract. */
    String code();

    /** The same short sentence for every occurrence. */
    String title();

    /** What the caller can do about it, in a sentence or two: the text behind {@code /reference/errors#<code>}. */
    String remedy();
}
