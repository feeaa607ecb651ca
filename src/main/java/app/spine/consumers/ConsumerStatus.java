package app.spine.consumers;

import app.spine.http.WireName;
import com.fasterxml.jackson.annotation.JsonValue;

/** Whether a consumer's calls are let in. */
public enum ConsumerStatus implements WireName {
    ACTIVE("active"),
    SUSPENDED("suspended");

    private final String wire;

    ConsumerStatus(String wire) {
        this.wire = wire;
    }

    @JsonValue
    @Override
    public String wire() {
        return wire;
    }
}
