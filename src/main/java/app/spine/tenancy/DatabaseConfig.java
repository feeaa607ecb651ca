package app.spine.tenancy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Settings of the database beyond what Quarkus has of its own. */
@ConfigMapping(prefix = "spine.database")
interface DatabaseConfig {

    /** The role that the program works as, which migrations grant what it needs; it owns nothing. */
    String appRole();

    /**
     * Where the feed of changes connects, which needs a session of its own: the server itself, where
     * `QUARKUS_DATASOURCE_JDBC_URL` is that of a pooler. Without it, that one.
     */
    Optional<String> feedUrl();

    /** How many connections single reads and the look-up of keys have. */
    @WithDefault("4")
    @Min(2)
    int readConnections();

    /** After how long a single read is given up, its connection with it: a server that vanished without a word. */
    @WithDefault("20s")
    Duration readPatience();

    /** How long a single read waits for its turn before it is given up: no longer than others wait for a connection. */
    @WithDefault("3s")
    Duration readQueuePatience();

    /**
     * How many threads read single records, each with one of their connections, of which one must be left. One
     * answers as many reads as a core of PostgreSQL can; another joins it where twice a full group waits.
     */
    @WithDefault("2")
    @Min(1)
    int readers();
}
