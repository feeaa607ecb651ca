package app.spine.members;

import app.spine.http.WireName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a person can be reached. */
public enum ContactType implements WireName {
    EMAIL("email"),
    PHONE("phone");

    private final String wire;

    ContactType(String wire) {
        this.wire = wire;
    }

    /** As it stands in JSON and the database. */
    @JsonValue
    @Override
    public String wire() {
        return wire;
    }

    public static Optional<ContactType> parse(@Nullable String text) {
        for (ContactType type : values()) {
            if (type.wire.equals(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
