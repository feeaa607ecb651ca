package app.spine.portal;

import app.spine.http.Problem;
import app.spine.http.Reason;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A form as it was sent, with what has to be mended before it can be accepted. Fields are named like the members of the
 * operation's body, so that its reasons find their fields.
 */
final class Form {

    private final MultivaluedMap<String, String> values;
    private final Map<String, String> errors = new LinkedHashMap<>();

    private Form(MultivaluedMap<String, String> values) {
        this.values = values;
    }

    static Form empty() {
        return new Form(new MultivaluedHashMap<>());
    }

    static Form of(MultivaluedMap<String, String> sent) {
        return new Form(sent);
    }

    /** A field without spaces around it; empty when it was not sent. */
    public String value(String name) {
        return clean(values.getFirst(name));
    }

    /** What the database can hold of a text, without spaces around it; empty for null. */
    static String clean(@Nullable String text) {
        if (text == null) {
            return "";
        }
        return text.codePoints()
                .filter(c -> c != 0 && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
    }

    /** The same; null for empty. */
    @Nullable
    public String find(String name) {
        String value = value(name);
        return value.isEmpty() ? null : value;
    }

    /** Every value of a field of several. */
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    public boolean has(String name, String value) {
        return values.getOrDefault(name, List.of()).contains(value);
    }

    /** Fills a field of a form that is shown for the first time. */
    public Form preset(String name, @Nullable Object value) {
        if (value != null) {
            values.add(name, value.toString());
        }
        return this;
    }

    /** The first thing that is wrong with a field stays. */
    public void refuse(String name, String remedy) {
        errors.putIfAbsent(name, remedy);
    }

    /** Takes over an operation's reasons, the field of each from its pointer. */
    public void refuse(Problem problem) {
        for (Reason reason : problem.reasons()) {
            String pointer = reason.pointer();
            if (pointer != null && pointer.length() > 1) {
                String[] path = pointer.substring(1).split("/", -1);
                refuse(path[0], reason.detail());
            }
        }
        if (errors.isEmpty()) {
            refuse("", problem.detail());
        }
    }

    public boolean isRefused() {
        return !errors.isEmpty();
    }

    /** What is wrong with a field; null when nothing is. */
    @Nullable
    public String error(String name) {
        return errors.get(name);
    }

    /** Everything that is wrong, in the order of the fields. */
    public List<Map.Entry<String, String>> errors() {
        return new ArrayList<>(errors.entrySet());
    }

    /** A whole number from a field; null for empty, and refused for what is none or out of bounds. */
    @Nullable
    public Long number(String name, String title, long least, long most) {
        String text = value(name);
        if (text.isEmpty()) {
            return null;
        }
        try {
            long number = Long.parseLong(text.replace(",", ""));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            refuse(name, title + " is a whole number from " + Words.grouped(least) + " to " + Words.grouped(most));
            return null;
        }
        refuse(name, title + " is from " + Words.grouped(least) + " to " + Words.grouped(most));
        return null;
    }
}
