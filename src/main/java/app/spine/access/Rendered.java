package app.spine.access;

/** An answer's body as bytes: rendered before the log row was written, so that what is logged is what leaves. */
final class Rendered {

    private final byte[] body;

    /** Takes the bytes over; nobody may change them afterwards. */
    Rendered(byte[] body) {
        this.body = body;
    }

    byte[] body() {
        return body;
    }

    int length() {
        return body.length;
    }
}
