package app.spine.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record with what it changed.
 *
 * @param fields in the order of their names; empty where the values were erased
 * @param proof whether the values are those that the record was written with
 */
public record AuditDetail(AuditRecord record, List<Field> fields, Proof proof) {

    /**
     * One field of the changed record; null for a value that was not there.
     *
     * @param changed whether before and after differ
     */
    public record Field(
            String name, @Nullable String before, @Nullable String after, boolean changed) {}

    /** What the record's hashes say of its values. */
    public enum Proof {
        /** The values are those that the hashes were made of. */
        MATCHES,
        /** The values are gone, as an erasure asks; the record stays. */
        ERASED,
        /** The values are not those that the record was written with. */
        DIFFERS
    }
}
