package app.spine.portal;

import app.spine.consumers.KeyOverview;
import app.spine.consumers.KeyView;
import app.spine.requests.Callers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A rotation under way: who has moved to the new key and who has not, as the log has it. */
record RotationView(KeyOverview.Rotation rotation, List<Mover> movers) {

    /** How far back a caller counts. */
    static final Duration SPAN = Duration.ofHours(24);

    /**
     * An address that calls with one of the two keys.
     *
     * @param lastOld its last call with the old key; null for none
     * @param lastNew its last call with the new key; null for none
     * @param lately its calls with the old key in the last hour
     */
    record Mover(
            String address,
            @Nullable String agent,
            @Nullable String operation,
            @Nullable Instant lastOld,
            @Nullable Instant lastNew,
            long lately) {

        public boolean moved() {
            return lastOld == null || (lastNew != null && lastNew.isAfter(lastOld));
        }

        /** Of its last call with either key. */
        public Instant latest() {
            Instant one = lastOld == null ? Instant.MIN : lastOld;
            return lastNew != null && lastNew.isAfter(one) ? lastNew : one;
        }
    }

    static RotationView of(KeyOverview.Rotation rotation, List<Callers.Caller> callers) {
        Map<String, Mover> byAddress = new LinkedHashMap<>();
        for (Callers.Caller caller : callers) {
            boolean old = caller.keyId().equals(rotation.old().id());
            if (old || caller.keyId().equals(rotation.successor().id())) {
                byAddress.merge(
                        caller.address(),
                        new Mover(
                                caller.address(),
                                caller.agent(),
                                caller.operation(),
                                old ? caller.lastAt() : null,
                                old ? null : caller.lastAt(),
                                old ? caller.lately() : 0),
                        RotationView::merged);
            }
        }
        List<Mover> movers = new ArrayList<>(byAddress.values());
        movers.sort(Comparator.comparing(Mover::moved).thenComparing(Mover::latest, Comparator.reverseOrder()));
        return new RotationView(rotation, movers);
    }

    public KeyView old() {
        return rotation.old();
    }

    public KeyView successor() {
        return rotation.successor();
    }

    /** How many still use the old key. */
    public long left() {
        return movers.stream().filter(mover -> !mover.moved()).count();
    }

    /** How long both keys work once the new one is used; null when that time runs. */
    @Nullable
    public String afterFirstUse() {
        return rotation.afterFirstUse() == null ? null : Times.length(rotation.afterFirstUse());
    }

    public String heading() {
        if (movers.isEmpty()) {
            return "Rotation under way: nobody called in the last 24 hours";
        }
        long left = left();
        if (left == 0) {
            return "Rotation under way: every caller uses the new key";
        }
        return "Rotation under way: " + left + " of " + movers.size() + (movers.size() == 1 ? " caller" : " callers")
                + " still " + (left == 1 ? "uses" : "use") + " the old key";
    }

    private static Mover merged(Mover one, Mover other) {
        Mover newer = one.latest().isBefore(other.latest()) ? other : one;
        return new Mover(
                one.address(),
                newer.agent(),
                newer.operation(),
                later(one.lastOld(), other.lastOld()),
                later(one.lastNew(), other.lastNew()),
                one.lately() + other.lately());
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isAfter(other) ? one : other;
    }
}
