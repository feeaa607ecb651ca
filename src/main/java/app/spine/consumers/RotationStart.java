package app.spine.consumers;

import app.spine.http.WireName;
import com.fasterxml.jackson.annotation.JsonValue;

/** When the overlap of a rotation begins. */
public enum RotationStart implements WireName {
    FIRST_USE("first_use"),
    NOW("now");

    private final String wire;

    RotationStart(String wire) {
        this.wire = wire;
    }

    @JsonValue
    @Override
    public String wire() {
        return wire;
    }
}
