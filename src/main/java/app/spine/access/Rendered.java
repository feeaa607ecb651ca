package app.spine.access;

/** An answer's body as bytes: rendered before the log row was written, so that what is logged is what leaves. */
record Rendered(byte[] body) {}
