package app.spine.access;

import app.spine.consumers.LiveKey;
import java.util.List;

/**
 * Keeps consumers' burst and sustained limits. Windows follow each other from a consumer's first call on and are full again at
 * once when the next begins, so that no window ever holds more than its quota and the reset that the headers promise is
 * exact.
 */
interface LimitStore {

    /**
     * Takes the cost from both policies, or from none; a cost above a whole quota takes the whole.
     *
     * @throws LimitStoreAwayException when it cannot be asked; the cost may have been taken or not
     */
    Spent spend(LiveKey key, int cost) throws LimitStoreAwayException;

    /**
     * Gives back what a call took that another policy refused, if that is possible. Where a window ended in between, the next
     * one gets it, and admits that much more.
     */
    void giveBack(LiveKey key, long cost);

    /** Whether spending waits for another program, so that it must not happen on an event loop. */
    boolean blocks();

    /**
     * The outcome of spending.
     *
     * @param cost what was taken, or would have been
     */
    record Spent(boolean allowed, long cost, List<LimitState.Policy> policies) {}
}
