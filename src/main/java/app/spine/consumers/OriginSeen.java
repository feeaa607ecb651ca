package app.spine.consumers;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * That calls with a key had an Origin header, which web pages send and servers do not: whoever opens the page can read the
 * key. Keep it on a server and rotate it. Known within ten seconds, also of calls that were refused.
 *
 * @param host of the page that called last; null where the header names none
 */
public record OriginSeen(@Schema(nullable = true) @Nullable String host, Instant firstSeenAt, Instant lastSeenAt) {}
