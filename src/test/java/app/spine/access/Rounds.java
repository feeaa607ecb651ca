package app.spine.access;

import java.util.concurrent.Callable;

/**
 * Tries again where the program rightly does something else after a pause: a node that missed a heartbeat asks the
 * database and not its memory, and a stop gives up after a second. What is wrong fails in each round.
 */
final class Rounds {

    private static final int ROUNDS = 3;

    private Rounds() {}

    /** What the first round gives that succeeds; fails as the last one does. */
    static <T> T firstGood(Callable<T> round) throws Exception {
        for (int i = 1; i < ROUNDS; i++) {
            try {
                return round.call();
            } catch (AssertionError | Exception another) {
                // What lasts shows in the next round too.
            }
        }
        return round.call();
    }
}
