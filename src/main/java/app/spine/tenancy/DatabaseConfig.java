package app.spine.tenancy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Settings of the database beyond what Quarkus has of its own. */
@ConfigMapping(prefix = "spine.database")
interface DatabaseConfig {

    /** The role that the program works as, which migrations grant what it needs; it owns nothing. */
    String appRole();

    /** After how long a single read is given up, its connection with it: a server that vanished without a word. */
    @WithDefault("20s")
    Duration readPatience();

    /** How long a single read waits for its turn before it is given up: no longer than others wait for a connection. */
    @WithDefault("3s")
    Duration readQueuePatience();

    /**
     * How many threads read single records, each with a connection from the pool of reads, which must be larger. One
     * answers as many reads as a core of PostgreSQL can; another joins it where twice a full group waits.
     */
    @WithDefault("2")
    @Min(1)
    int readers();
}
