package app.spine.http;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, 12 bits of the fraction or a counter, 62 random bits.
 *
 * <p>Ids are no secrets and grant nothing, so the random bits only have to be distinct: {@link ThreadLocalRandom},
 * which threads do not contend for, is enough.
 */
public final class UuidV7 {

    /** A position is the millisecond and a 12-bit fraction of it, 244 ns each (RFC 9562, section 6.2, method 3). */
    private static final int FRACTION_BITS = 12;

    private static final long FRACTIONS_PER_MILLI = 1L << FRACTION_BITS;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MAX_MILLIS = (1L << 48) - 1;

    /**
     * How far the clock may step back before ids follow it: time synchronisation slews below a second, while a clock
     * that is replaced (as tests do) must not leave every later id in the future.
     */
    private static final long MAX_STEP_BACK = 1000 * FRACTIONS_PER_MILLI;

    private static final AtomicLong lastCreated = new AtomicLong();
    private static final AtomicLong lastAt = new AtomicLong();

    private UuidV7() {}

    /**
     * Each id is greater than all made by this method before it in this JVM, while the clock steps back by less than a
     * second. Its millisecond runs ahead of a clock that stands still by one for each 4096 ids.
     */
    public static UUID create(Clock clock) {
        long now = position(clock.instant());
        long position = lastCreated.updateAndGet(last -> now <= last && last - now < MAX_STEP_BACK ? last + 1 : now);
        return uuid(position);
    }

    /**
     * An id of exactly that millisecond, as history needs. Those of one millisecond, made one after the other, rise for
     * up to 4096 of them.
     */
    public static UUID at(Instant now) {
        long wanted = position(now);
        long endOfMilli = wanted | (FRACTIONS_PER_MILLI - 1);
        long position = lastAt.updateAndGet(last -> last >>> FRACTION_BITS == wanted >>> FRACTION_BITS
                ? Math.min(Math.max(last + 1, wanted), endOfMilli)
                : wanted);
        return uuid(position);
    }

    /** The millisecond in the id's first 48 bits; meaningless for a UUID of another version. */
    public static Instant timestamp(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }

    /**
     * At or below every id of that millisecond and later, above every id before it, in the order of the text, of the
     * bytes and of PostgreSQL. Instants outside 1970 to 10889 give the nearest bound.
     */
    public static UUID lowerBound(Instant from) {
        return new UUID(millis(from) << 16, 0);
    }

    private static UUID uuid(long position) {
        long fraction = position & (FRACTIONS_PER_MILLI - 1);
        long high = ((position >>> FRACTION_BITS) << 16) | 0x7000L | fraction;
        long low = (ThreadLocalRandom.current().nextLong() >>> 2) | Long.MIN_VALUE;
        return new UUID(high, low);
    }

    private static long position(Instant instant) {
        long fraction =
                instant.get(ChronoField.NANO_OF_SECOND) % NANOS_PER_MILLI * FRACTIONS_PER_MILLI / NANOS_PER_MILLI;
        return (millis(instant) << FRACTION_BITS) | fraction;
    }

    private static long millis(Instant instant) {
        // By seconds first: toEpochMilli overflows for the far ends of Instant, which a filter may well send.
        if (instant.getEpochSecond() < 0) {
            return 0;
        }
        return instant.getEpochSecond() > MAX_MILLIS / 1000 ? MAX_MILLIS : Math.min(instant.toEpochMilli(), MAX_MILLIS);
    }
}
