package app.spine.testsupport;

import java.time.Duration;

/**
 * Measures what a program takes, without the time in which the machine stood still: a machine that is lent out may stop for
 * seconds, and no bound on a program holds then. Only for upper bounds; what must not end before its time is measured by
 * the clock.
 */
public final class Stopwatch {

    private static final Duration NAP = Duration.ofMillis(20);

    /** Whoever sleeps and wakes up so much too late found all processors busy, or the machine stopped. */
    private static final Duration STOOD_STILL = Duration.ofMillis(100);

    private static final Object LOCK = new Object();
    private static long stoodStillNanos;
    private static long dueNanos = System.nanoTime() + NAP.toNanos();

    static {
        Thread.ofPlatform().daemon(true).name("stopwatch").start(Stopwatch::watch);
    }

    private final long startedNanos;
    private final long stoodStillBeforeNanos;

    private Stopwatch() {
        startedNanos = System.nanoTime();
        stoodStillBeforeNanos = stoodStillNanos(startedNanos);
    }

    /** Begins now. */
    public static Stopwatch start() {
        return new Stopwatch();
    }

    /** What has passed since then while the machine ran. */
    public Duration elapsed() {
        long now = System.nanoTime();
        return Duration.ofNanos(now - startedNanos - (stoodStillNanos(now) - stoodStillBeforeNanos));
    }

    private static void watch() {
        try {
            while (true) {
                Thread.sleep(NAP);
                synchronized (LOCK) {
                    long now = System.nanoTime();
                    stoodStillNanos += lateNanos(now);
                    dueNanos = now + NAP.toNanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** With the standstill that is just over, which others may notice before the thread that sleeps. */
    private static long stoodStillNanos(long now) {
        synchronized (LOCK) {
            return stoodStillNanos + lateNanos(now);
        }
    }

    private static long lateNanos(long now) {
        long late = now - dueNanos;
        return late < STOOD_STILL.toNanos() ? 0 : late;
    }
}
