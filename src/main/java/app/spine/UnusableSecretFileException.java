package app.spine;

/** A file that should hold a secret does not give one; the message tells the person at the console, without the secret. */
final class UnusableSecretFileException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnusableSecretFileException(String message) {
        super(message);
    }
}
