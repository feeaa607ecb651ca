package app.spine.consumers;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * One instance for all equal values, where many are remembered and few differ. Bounded: of the least used, equal values may
 * come to be several instances again, so that only memory depends on it. Any thread may ask.
 *
 * @param <T> immutable values
 */
public final class Canonical<T> {

    /** More than there are academies on a server, or sets of scopes and limits that they give. */
    static final int MOST = 10_000;

    private final Cache<T, T> values =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    /** The instance that stands for all values equal to this one. */
    public T of(T value) {
        return values.get(value, first -> first);
    }

    /** How many values it knows. */
    long size() {
        values.cleanUp();
        return values.estimatedSize();
    }
}
