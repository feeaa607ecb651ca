package app.spine.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A merge patch (RFC 7396) that is read member by member: absent keeps the current value, null removes it.
 *
 * <p>A reader takes the current value and answers with the one to store. It never throws for what the caller sent: it
 * keeps the current value and notes a fault, so that one answer names every fault. Read first, then look at
 * {@link #faults()} before anything is changed. Not for several threads.
 */
public final class MergePatch {

    /** What is wrong with one member: a JSON pointer, a code of the contract, and a sentence. */
    public record Fault(String pointer, String code, String detail) {}

    /** Enough to correct a request by; a hostile one of a megabyte must not get as long an answer. */
    private static final int MAX_FAULTS = 100;

    private final ObjectNode patch;
    private final String pointer;
    private final List<Fault> faults;

    private MergePatch(ObjectNode patch, String pointer, List<Fault> faults) {
        this.patch = patch;
        this.pointer = pointer;
        this.faults = faults;
    }

    public static MergePatch of(ObjectNode patch) {
        return new MergePatch(patch, "", new ArrayList<>());
    }

    /** Applies a patch to any JSON as RFC 7396, section 2, defines it. Neither argument is changed. */
    public static JsonNode apply(@Nullable JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        ObjectNode result =
                target instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        changes.properties().forEach(change -> {
            if (change.getValue().isNull()) {
                result.remove(change.getKey());
            } else {
                result.set(change.getKey(), apply(result.get(change.getKey()), change.getValue()));
            }
        });
        return result;
    }

    public Set<String> members() {
        Set<String> names = new LinkedHashSet<>();
        patch.fieldNames().forEachRemaining(names::add);
        return Collections.unmodifiableSet(names);
    }

    public boolean has(String member) {
        return patch.has(member);
    }

    /** Present and null, which asks for removal. */
    public boolean isNull(String member) {
        return patch.path(member).isNull();
    }

    /** Present and not null. */
    public boolean isSet(String member) {
        return patch.hasNonNull(member);
    }

    /** Notes {@code unknown_member} for every member outside the closed set. */
    public MergePatch only(Set<String> allowed) {
        members().stream()
                .filter(member -> !allowed.contains(member))
                .forEach(member -> fault(member, "unknown_member", "There is no such member here."));
        return this;
    }

    public @Nullable String text(String member, @Nullable String current) {
        return read(member, current, JsonValue::text);
    }

    /** As {@link #text}, of a member that a record cannot be without: null is noted as {@code invalid}. */
    public String requiredText(String member, String current) {
        return required(member, current, JsonValue::text);
    }

    /** A whole number that fits into 64 bits; {@code 2.0} is one. */
    public @Nullable Long number(String member, @Nullable Long current) {
        return read(member, current, JsonValue::number);
    }

    public boolean requiredFlag(String member, boolean current) {
        return required(member, current, JsonValue::flag);
    }

    public @Nullable LocalDate date(String member, @Nullable LocalDate current) {
        return read(member, current, JsonValue::date);
    }

    /** RFC 3339 with any offset. */
    public @Nullable Instant instant(String member, @Nullable Instant current) {
        return read(member, current, JsonValue::instant);
    }

    /** The patch of an inner object, whose faults are noted here with the longer pointer; null if it is not set. */
    public @Nullable MergePatch inner(String member) {
        ObjectNode node = read(member, null, JsonValue::object);
        return node == null ? null : new MergePatch(node, pointerTo(member), faults);
    }

    /**
     * Reads a member by one of {@link JsonValue}'s functions or another that throws {@link IllegalArgumentException}
     * with a sentence for the caller when it cannot, which is noted as {@code bad_value}.
     */
    public <T> @Nullable T read(String member, @Nullable T current, Function<JsonNode, ? extends T> reader) {
        JsonNode node = patch.get(member);
        if (node == null) {
            return current;
        }
        if (node.isNull()) {
            return null;
        }
        try {
            return reader.apply(node);
        } catch (JsonValue.WrongType e) {
            fault(member, "wrong_type", String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            fault(member, "bad_value", String.valueOf(e.getMessage()));
        }
        return current;
    }

    private <T> T required(String member, T current, Function<JsonNode, T> reader) {
        if (isNull(member)) {
            fault(member, "invalid", "This member cannot be removed.");
            return current;
        }
        T value = read(member, current, reader);
        return value == null ? current : value;
    }

    /** Notes a fault of the caller's own rules on a member. */
    public void fault(String member, String code, String detail) {
        if (faults.size() < MAX_FAULTS) {
            faults.add(new Fault(pointerTo(member), code, detail));
        }
    }

    /** The faults so far, in the order of reading, at most 100. */
    public List<Fault> faults() {
        return List.copyOf(faults);
    }

    private String pointerTo(String member) {
        // RFC 6901, section 3: the tilde first, or the slash's own tilde would be escaped again.
        return pointer + "/" + member.replace("~", "~0").replace("/", "~1");
    }
}
