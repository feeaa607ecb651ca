package app.spine.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Configuration of the request pipeline. */
@ConfigMapping(prefix = "spine.access")
interface AccessConfig {

    /**
     * Proxies whose {@code X-Forwarded-For} is believed, as addresses or networks in CIDR notation. Without any, the
     * client is the peer of the connection.
     */
    Optional<List<String>> trustedProxies();

    /** How many keys a node remembers. One takes about 1 kB, so the default is at most 100 MB. */
    @WithDefault("100000")
    int cachedKeys();

    /** How long a node trusts what it remembers of a key: under a second, so that revoking works within one. */
    @WithDefault("PT0.8S")
    Duration keyFreshFor();

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

    /** How many rows may wait for the log's next commit; beyond it, answers are 503 at once. */
    @WithDefault("20000")
    int logQueue();

    /** How long a POST's answer is kept for whoever sends it again. The database refuses less than a day. */
    @WithDefault("PT24H")
    Duration idempotencyKept();
}
