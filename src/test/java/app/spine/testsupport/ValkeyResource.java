package app.spine.testsupport;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits in a Valkey of the test's own. */
public final class ValkeyResource implements QuarkusTestResourceLifecycleManager {

    private @Nullable ValkeyServer server;

    @Override
    public Map<String, String> start() {
        ValkeyServer started = ValkeyServer.start();
        server = started;
        return Map.of(
                "spine.limits.store",
                "valkey",
                "spine.limits.valkey-url",
                started.url(),
                "spine.limits.valkey-password",
                ValkeyServer.PASSWORD,
                // A test asks whether any call went without Valkey, and the machine may stand still for a while.
                "spine.limits.valkey-patience",
                "PT10S");
    }

    @Override
    public void stop() {
        if (server != null) {
            server.close();
        }
    }
}
