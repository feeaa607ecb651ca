package app.spine.consumers;

import app.spine.http.WireName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a key works: on the academy's own data, or on its sandbox tenant. */
public enum Environment implements WireName {
    LIVE("live"),
    TEST("test");

    private final String wire;

    Environment(String wire) {
        this.wire = wire;
    }

    /** As it stands in keys, JSON and the database. */
    @JsonValue
    @Override
    public String wire() {
        return wire;
    }

    public static Optional<Environment> parse(@Nullable String text) {
        for (Environment environment : values()) {
            if (environment.wire.equals(text)) {
                return Optional.of(environment);
            }
        }
        return Optional.empty();
    }
}
