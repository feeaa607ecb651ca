package app.spine;

import app.spine.embedded.DatabaseOfThisStart;
import app.spine.embedded.EmbeddedDatabaseException;
import app.spine.setup.CreateAcademy;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.smallrye.openapi.runtime.OpenApiConstants;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts Operating Spine. With {@code healthcheck} as its argument it only asks the running one whether it is ready, with
 * {@code create-academy} it only opens an academy.
 */
@QuarkusMain
public class Main {

    /** Set by the build for dev mode. */
    private static final String DEV = "app.spine.dev";

    /** A system property, because it outlives the class loader that a reload in dev mode throws away. */
    private static final String FOLLOWS_PARENT = "app.spine.dev.follows-parent";

    public static void main(String... args) {
        List<String> arguments = List.of(args);
        if (!arguments.isEmpty()) {
            switch (arguments.getFirst()) {
                case "healthcheck" -> System.exit(Healthcheck.run());
                case "create-academy" ->
                    System.exit(CreateAcademy.run(arguments.subList(1, arguments.size()), new SystemClock().clock()));
                default -> {
                    // For Quarkus, which gets all of them.
                }
            }
        }
        if (Boolean.getBoolean(DEV)) {
            // Quarkus says so later, and until then its configuration would be read as that of production.
            LaunchMode.set(LaunchMode.DEVELOPMENT);
            endWithTheBuildTool();
        } else {
            leaveTheContractAsBuilt();
        }
        // The pipeline checks every URI itself, and answers a bad one with an explanation and a log row (OpenExchange).
        System.setProperty("vertx.disableURIValidation", "true");
        try {
            SecretFiles.check();
            DatabaseOfThisStart.startUnlessConfigured();
        } catch (EmbeddedDatabaseException | UnusableSecretFileException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        Quarkus.run(args);
    }

    /**
     * The extension would read the OpenAPI document of the build and write it anew at each start, a third of what a native
     * start takes. {@code OpenApiRoutes} serves the build's own, so the extension gets to see none.
     */
    private static void leaveTheContractAsBuilt() {
        OpenApiConstants.classLoader = new ClassLoader(null) {
            // In a native program every loader finds every resource.
            @Override
            public @Nullable InputStream getResourceAsStream(String name) {
                return null;
            }
        };
    }

    /** Dev mode is a child of Maven, and one that Maven cannot take along when it is killed. */
    private static void endWithTheBuildTool() {
        if (System.getProperty(FOLLOWS_PARENT) == null) {
            System.setProperty(FOLLOWS_PARENT, "true");
            ProcessHandle.current()
                    .parent()
                    .ifPresent(parent -> Thread.ofPlatform()
                            .daemon()
                            .name("follows-" + parent.pid())
                            .start(() -> {
                                parent.onExit().join();
                                System.exit(0);
                            }));
        }
    }
}
