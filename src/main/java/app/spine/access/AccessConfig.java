package app.spine.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** Configuration of the request pipeline. */
@ConfigMapping(prefix = "spine.access")
interface AccessConfig {

    /**
     * Proxies whose {@code X-Forwarded-For} is believed, as addresses or networks in CIDR notation. Without any, the
     * client is the peer of the connection.
     */
    Optional<List<String>> trustedProxies();

    /** How many keys a node remembers. One takes about 1.3 kB, so the default is at most 130 MB. */
    @WithDefault("100000")
    int cachedKeys();

    /** How often a node makes sure that it hears what changes in the contract with consumers. */
    @WithDefault("PT0.25S")
    Duration feedHeartbeat();

    /**
     * How long after a heartbeat a node believes what it remembers of keys, and so how long at most a revoked key works on
     * a node that has lost its feed: under a second.
     */
    @WithDefault("PT0.75S")
    Duration feedTrust();

    /**
     * How many look-ups of unknown keys an address may cause in a second. A person who pastes a wrong key needs a few; a
     * guesser gets nowhere.
     */
    @WithDefault("20")
    int unknownKeysPerAddress();

    /** How many look-ups of unknown keys a node makes in a second, whoever causes them: a hundredth of what it can. */
    @WithDefault("200")
    int unknownKeysPerNode();

    /** How long the body of a request may take to arrive, in all: 1 MiB over a slow mobile link takes about ten seconds. */
    @WithDefault("PT20S")
    Duration bodyPatience();

    /** How long an answer waits for its log row before it becomes 503: a commit takes milliseconds. */
    @WithDefault("PT5S")
    Duration logPatience();

    /**
     * The least time from one commit of the log to the next while several rows share them, unless a full batch waits. Zero for
     * none.
     */
    @WithDefault("PT0.001S")
    Duration logCommitDistance();

    /** How many rows may wait for the log's next commit; beyond it, answers are 503 at once. */
    @WithDefault("20000")
    int logQueue();

    /** How long a POST's answer is kept for whoever sends it again. The database refuses less than a day. */
    @WithDefault("PT24H")
    Duration idempotencyKept();

    /**
     * How long the request log is kept: a quarter, for whoever looks into an incident. The start refuses less than a
     * week, as does the database.
     */
    @WithDefault("P90D")
    @DurationMin(days = 7)
    Duration logRetention();
}
