package app.spine.portal;

import app.spine.http.WireName;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a person is at an academy, the highest first. */
public enum Role implements WireName {
    OWNER("owner"),
    ADMIN("admin"),
    OPERATOR("operator"),
    PARTNER("partner");

    private final String wire;

    Role(String wire) {
        this.wire = wire;
    }

    /** As it stands in the provider's claims. */
    @Override
    public String wire() {
        return wire;
    }

    /** The role of this name. */
    public static Optional<Role> parse(@Nullable String text) {
        return Arrays.stream(values()).filter(role -> role.wire.equals(text)).findFirst();
    }

    /** Creates, changes, suspends and restores consumers, and invites their partners. */
    public boolean mayManageConsumers() {
        return this == OWNER || this == ADMIN;
    }

    /** Issues, rotates and revokes keys; a partner those of its own consumer only. */
    public boolean mayManageKeys() {
        return this != OPERATOR;
    }

    /** Sees what a key's page shows beyond its state: networks, hints, who made it, who uses it. */
    public boolean maySeeKeyDetails() {
        return this != OPERATOR;
    }

    /** Approves sensitive scopes that another person asked for. */
    public boolean mayApprove() {
        return this == OWNER || this == ADMIN;
    }

    /** Sees every consumer, request, member and audit record of the academy; a partner sees its own consumer only. */
    public boolean mayReadAll() {
        return this != PARTNER;
    }

    /** Changes the academy's settings. */
    public boolean mayChangeSettings() {
        return this == OWNER;
    }

    /** Works tasks and incidents. */
    public boolean mayWorkOperations() {
        return this != PARTNER;
    }
}
