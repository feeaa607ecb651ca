package app.spine.embedded;

import io.quarkus.runtime.Application;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Decides, before Quarkus boots, whether a start runs on a database of its own, and keeps that one for the JVM's life. */
public final class DatabaseOfThisStart {

    private static final String URL = "quarkus.datasource.jdbc.url";
    private static final String URL_VARIABLE = "QUARKUS_DATASOURCE_JDBC_URL";

    /** {@code production} refuses the embedded database and demo data, also where it is there already. The images set it. */
    private static final String PROFILE = "spine.profile";

    /** Where the embedded database lives; without it {@code .spine} where the program was started. */
    private static final String DIRECTORY = "spine.embedded.directory";

    /** A system property, because it outlives the class loader that a reload in dev mode throws away. */
    private static final String RUNNING = "app.spine.embedded.running";

    /** What nobody sets for a trial. */
    private static final List<String> REAL =
            List.of("quarkus.oidc.auth-server-url", "spine.oidc.issuer", "spine.peppers");

    /** Longer than requests may take to finish; after it PostgreSQL rolls back what is still open. */
    private static final Duration QUARKUS_STOPS_WITHIN = Duration.ofSeconds(30);

    private DatabaseOfThisStart() {}

    /**
     * Starts the embedded database and hands it to Quarkus as system properties, unless a JDBC URL is configured.
     *
     * @throws EmbeddedDatabaseException when the configuration is that of a real operation, which must not end up on it
     */
    public static void startUnlessConfigured() {
        if (System.getProperty(RUNNING) != null || isUrlInEnvironment()) {
            return;
        }
        SmallRyeConfig config = ConfigUtils.configBuilder().build();
        if (isSet(config, URL)) {
            return;
        }
        refuseRealOperation(config);
        start(Path.of(config.getOptionalValue(DIRECTORY, String.class).orElse(".spine")));
    }

    private static void start(Path directory) {
        EmbeddedDatabase database = EmbeddedDatabase.start(directory);
        stopWithTheProgram(database);
        database.properties().forEach(System::setProperty);
        System.setProperty(RUNNING, database.directory().toString());
        System.out.println(banner(database));
    }

    private static void refuseRealOperation(SmallRyeConfig config) {
        if (LaunchMode.current().isDev()) {
            // Whatever is set there: the build brings a provider of its own for it, and nobody works on it in earnest.
            return;
        }
        if (config.getOptionalValue(PROFILE, String.class)
                .filter("production"::equals)
                .isPresent()) {
            throw refusal("SPINE_PROFILE=production forbids the embedded database");
        }
        for (String setting : REAL) {
            if (isSet(config, setting)) {
                throw refusal(setting + " is set, so this is more than a trial, and only a trial may use the embedded"
                        + " database");
            }
        }
    }

    static EmbeddedDatabaseException refusal(String reason) {
        return new EmbeddedDatabaseException("""
                Operating Spine has no database: %s is not set, and %s.
                Set QUARKUS_DATASOURCE_JDBC_URL=jdbc:postgresql://HOST:5432/spine, with QUARKUS_DATASOURCE_USERNAME and \
                QUARKUS_DATASOURCE_PASSWORD.""".formatted(URL, reason));
    }

    /** Where nearly everybody sets it: to build all configuration in order to see that is a twentieth of a native start. */
    private static boolean isUrlInEnvironment() {
        String url = System.getenv(URL_VARIABLE);
        return url != null && !url.isBlank();
    }

    private static boolean isSet(SmallRyeConfig config, String property) {
        return config.getOptionalValue(property, String.class)
                .filter(value -> !value.isBlank())
                .isPresent();
    }

    private static void stopWithTheProgram(EmbeddedDatabase database) {
        // A reload in dev mode replaces the application that this class could see, and nothing there is worth a wait.
        boolean awaitsQuarkus = !LaunchMode.current().isDev();
        Thread stop = new Thread(
                () -> {
                    if (awaitsQuarkus) {
                        awaitQuarkus();
                    }
                    database.close();
                },
                "embedded-database-stop");
        Runtime.getRuntime().addShutdownHook(stop);
    }

    /** Shutdown hooks run at the same time: without this, the last requests would lose their database. */
    private static void awaitQuarkus() {
        Application application = Application.currentApplication();
        if (application == null) {
            return;
        }
        Thread waiting = new Thread(application::awaitShutdown, "embedded-database-awaits-quarkus");
        waiting.setDaemon(true);
        waiting.start();
        try {
            waiting.join(QUARKUS_STOPS_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String banner(EmbeddedDatabase database) {
        return """

                ----------------------------------------------------------------------------
                No database is configured, so Operating Spine runs on an embedded PostgreSQL:
                  data  %s
                  URL   %s
                It is for trying out and for development, not for production: there, set
                QUARKUS_DATASOURCE_JDBC_URL. Delete the directory to begin anew.
                ----------------------------------------------------------------------------
                """.formatted(database.directory(), database.jdbcUrl());
    }
}
