package app.spine.access;

/** Wakes a thread that waits for a body, if it still does when the time is up. */
final class ReadingDeadline {

    private final Thread reader;
    private boolean passed;
    private boolean lifted;

    ReadingDeadline(Thread reader) {
        this.reader = reader;
    }

    synchronized void pass() {
        if (!lifted) {
            passed = true;
            reader.interrupt();
        }
    }

    synchronized boolean hasPassed() {
        return passed;
    }

    /** By the reader, once it is done: nothing that it does later is interrupted. */
    synchronized void lift() {
        lifted = true;
        if (passed) {
            // Whether the interrupt was noticed or not, it was about the body alone.
            var _ = Thread.interrupted();
        }
    }
}
