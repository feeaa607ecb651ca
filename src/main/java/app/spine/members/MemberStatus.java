package app.spine.members;

import app.spine.http.WireName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a member stands with the academy, and what may follow. */
public enum MemberStatus implements WireName {
    TRIAL("trial"),
    ACTIVE("active"),
    PAUSED("paused"),
    LAPSED("lapsed"),
    ARCHIVED("archived"),
    /** Personal data is gone; the row stays for the ledger and the audit trail. */
    ERASED("erased"),
    /** Another member took over what this one had. */
    MERGED("merged");

    private final String wire;

    MemberStatus(String wire) {
        this.wire = wire;
    }

    /** As it stands in JSON and the database. */
    @JsonValue
    @Override
    public String wire() {
        return wire;
    }

    /**
     * Whether this step is allowed; staying as it is is no step.
     *
     * <p>Beyond trial → active ↔ paused → lapsed → archived → erased: a trial that came to nothing lapses, an active
     * member may leave without a pause, and who comes back becomes active again from lapsed or archived, since the
     * alternative is a second record of the same person. Erasure starts from archived only, so that nothing that still
     * books or pays can vanish; whoever is asked to erase a live member archives first. Merging is open to every record
     * that is still a person, because duplicates turn up in all of them.
     */
    public boolean mayBecome(MemberStatus next) {
        return next().contains(next);
    }

    private Set<MemberStatus> next() {
        return switch (this) {
            case TRIAL -> EnumSet.of(ACTIVE, LAPSED, MERGED);
            case ACTIVE -> EnumSet.of(PAUSED, LAPSED, MERGED);
            case PAUSED -> EnumSet.of(ACTIVE, LAPSED, MERGED);
            case LAPSED -> EnumSet.of(ACTIVE, ARCHIVED, MERGED);
            case ARCHIVED -> EnumSet.of(ACTIVE, ERASED, MERGED);
            case ERASED, MERGED -> EnumSet.noneOf(MemberStatus.class);
        };
    }

    public static Optional<MemberStatus> parse(@Nullable String text) {
        for (MemberStatus status : values()) {
            if (status.wire.equals(text)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
