package app.spine.consumers;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** Counted use. */
@ConfigMapping(prefix = "spine.usage")
interface UsageConfig {

    /**
     * How long it is kept: three years, so that a year can be compared with those before it. The start refuses less than
     * 396 days, as does the database, since a year can be read and unused scopes are judged by one.
     */
    @WithDefault("P1096D")
    @DurationMin(days = 396)
    Duration retention();
}
