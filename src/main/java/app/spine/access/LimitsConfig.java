package app.spine.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Where consumers' burst and sustained limits are kept. The monthly quota is in PostgreSQL, whatever is set here. */
@ConfigMapping(prefix = "spine.limits")
interface LimitsConfig {

    /**
     * {@code memory}: each node keeps its own, so that a consumer may call as often on each of them. {@code valkey}: one
     * Valkey, or a Redis from 7.0 on, keeps them for all nodes, exactly.
     */
    @WithDefault("memory")
    Kind store();

    /**
     * Scopes whose operations are refused with 503 {@code temporarily_reduced} while Valkey is away. All others go on under
     * the limits that each node then keeps by itself.
     */
    Optional<List<String>> refusedWithoutStore();

    /** Where Valkey is: {@code valkey://HOST:6379/0}, or {@code valkeys://…} with TLS, with {@code USER@} ahead of the host where it has users. */
    Optional<String> valkeyUrl();

    /** Valkey's password, where it wants one; a setting of its own, since URLs are printed. */
    Optional<String> valkeyPassword();

    /** How long a call waits for Valkey before its node goes on alone: hundreds of times what it takes. 10 ms to 10 s. */
    @WithDefault("PT0.25S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 10)
    Duration valkeyPatience();

    /** Where the limits are. */
    enum Kind {
        MEMORY,
        VALKEY
    }
}
