package app.spine.access;

/** Limits cannot be kept where they belong; an everyday outcome while Valkey is away, so without a stack. */
final class LimitStoreAwayException extends Exception {

    private static final long serialVersionUID = 1L;

    LimitStoreAwayException(String message) {
        super(message, null, false, false);
    }
}
