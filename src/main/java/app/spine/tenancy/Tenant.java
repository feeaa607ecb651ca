package app.spine.tenancy;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * One academy, or the sandbox of one.
 *
 * @param zone where its days begin and end
 */
public record Tenant(UUID id, ZoneId zone) {

    /** Owns what belongs to no academy, such as the log row of a call without a valid key. No row of it is readable. */
    public static final Tenant NOBODY = new Tenant(new UUID(0, 0), ZoneOffset.UTC);
}
