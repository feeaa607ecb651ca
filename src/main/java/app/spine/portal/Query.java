package app.spine.portal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The filters of a list, for links that keep them. */
record Query(String path, Map<String, String> values) {

    static Query of(String path) {
        return new Query(path, Map.of());
    }

    /** With a value; without it where the value is null or empty. A cursor counts for its filters and goes. */
    public Query with(String name, @Nullable String value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.remove("after");
        changed.remove(name);
        if (value != null && !value.isEmpty()) {
            changed.put(name, value);
        }
        return new Query(path, changed);
    }

    /** What a filter is set to; empty for none. */
    public String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** Whether any of the filters is set. */
    public boolean isFiltered() {
        return values.keySet().stream().anyMatch(name -> !name.equals("sort") && !name.equals("after"));
    }

    @Override
    public String toString() {
        return values.isEmpty()
                ? path
                : path + "?"
                        + values.entrySet().stream()
                                .map(value -> value.getKey() + "="
                                        + URLEncoder.encode(value.getValue(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining("&"));
    }
}
