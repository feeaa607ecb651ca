package app.spine.tenancy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the database beyond what Quarkus has of its own. */
@ConfigMapping(prefix = "spine.database")
interface DatabaseConfig {

    /** The role that the program works as, which migrations grant what it needs; it owns nothing. */
    String appRole();

    /** After how long a single read is given up, its connection with it: a server that vanished without a word. */
    @WithDefault("20s")
    Duration readPatience();
}
