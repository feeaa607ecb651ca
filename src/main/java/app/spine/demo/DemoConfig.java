package app.spine.demo;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.util.Optional;

/** Configuration of the demo data. */
@ConfigMapping(prefix = "spine.demo")
interface DemoConfig {

    /** Whether the demo academies are made; by default on the embedded database alone. */
    @WithParentName
    Optional<Boolean> wanted();

    /** Where the demo consumers' keys are written, readable by this user alone. */
    @WithDefault(".spine/demo-keys.env")
    Path keysFile();
}
