package app.spine.setup;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import app.spine.consumers.Peppers;
import app.spine.consumers.Scope;
import app.spine.events.Actor;
import app.spine.http.RecordedJson;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The command {@code create-academy}: an academy, its sandbox, and the key that everything else begins with. */
public final class CreateAcademy {

    private static final String CONSUMER = "Academy automation";

    // What the first program an academy runs may ask for: imports, mostly. Others get the tenant's defaults.
    private static final int PER_SECOND = 200;
    private static final int PER_MINUTE = 6_000;

    private static final String CONNECT_WITHIN_SECONDS = "10";

    private final SmallRyeConfig config;
    private final Clock clock;

    private CreateAcademy(SmallRyeConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Reads the same configuration as the program. The key goes to standard output, alone, so that a script can take it;
     * all else goes to standard error.
     *
     * @param arguments {@code --slug}, {@code --name} and {@code --zone}, each with its value
     * @return the exit code: 0, or 1 when nothing was made
     */
    public static int run(List<String> arguments, Clock clock) {
        try {
            new CreateAcademy(ConfigUtils.configBuilder().build(), clock).create(NewAcademy.parse(arguments));
            return 0;
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
        } catch (SQLException e) {
            System.err.println(reason(e));
        }
        return 1;
    }

    private void create(NewAcademy wanted) throws SQLException {
        Peppers peppers = Peppers.require(config.getOptionalValue("spine.peppers", String.class));
        Properties login = new Properties();
        login.setProperty("user", setting("quarkus.flyway.username"));
        login.setProperty("password", setting("quarkus.flyway.password"));
        login.setProperty("connectTimeout", CONNECT_WITHIN_SECONDS);
        try (Connection owner = DriverManager.getConnection(setting("quarkus.datasource.jdbc.url"), login)) {
            owner.setAutoCommit(false);
            AcademySql sql = new AcademySql(owner, clock, RecordedJson.standalone(), Actor.system("create-academy"));
            if (!sql.isMigrated()) {
                throw new IllegalArgumentException("The database has no tables yet: start Operating Spine on it once,"
                        + " which makes them, then create the academy.");
            }
            UUID academy = sql.academy(wanted.slug(), wanted.name(), wanted.zone());
            String key = KeyText.generate(Environment.LIVE, new SecureRandom());
            sql.key(academy, sql.consumer(academy, automation(wanted)), key, peppers);
            // Known here alone, so it is shown before the commit that makes it work.
            System.out.println(key);
            if (System.out.checkError()) {
                throw new IllegalArgumentException("The key could not be printed, so nothing was made.");
            }
            owner.commit();
        }
        System.err.printf("""
                %s (%s) is open, with a sandbox beside it. Above is the key of its consumer "%s", which holds every
                scope. It is shown this once: keep it like a password.%n""", wanted.name(), wanted.slug(), CONSUMER);
    }

    private static FirstConsumer automation(NewAcademy academy) {
        // Nobody's address is known yet; .invalid is never anybody's (RFC 2606).
        return new FirstConsumer(
                CONSUMER,
                academy.name(),
                "owner@" + academy.slug() + ".invalid",
                List.of(Scope.values()),
                PER_SECOND,
                PER_MINUTE);
    }

    private String setting(String name) {
        return config.getOptionalValue(name, String.class)
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new IllegalArgumentException("""
                        %s is not set. An academy is created by the owner of the tables: set \
                        QUARKUS_DATASOURCE_JDBC_URL, QUARKUS_FLYWAY_USERNAME and QUARKUS_FLYWAY_PASSWORD as for the \
                        program.""".formatted(name)));
    }

    /** The table's constraints are the rules; here they get words. */
    private static String reason(SQLException failure) {
        String constraint = constraint(failure);
        if (constraint == null) {
            return "Nothing was made, the database says: " + failure.getMessage();
        }
        return switch (constraint) {
            case "tenants_slug_format" ->
                "--slug takes 1 to 55 lower-case letters, digits and hyphens, no hyphen first or last.";
            case "tenants_slug_reserved" -> "--slug names something of the platform's own: choose another.";
            case "tenants_slug_key" -> "--slug is taken, by an academy or the sandbox of one: choose another.";
            case "tenants_name_length" -> "--name takes 1 to 190 characters.";
            default -> "Nothing was made, the database says: " + failure.getMessage();
        };
    }

    private static @Nullable String constraint(SQLException failure) {
        ServerErrorMessage message = failure instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        return message == null ? null : message.getConstraint();
    }

    private record NewAcademy(String slug, String name, String zone) {

        private static final String USAGE = """
                Usage: create-academy --slug SLUG --name NAME --zone ZONE
                For example: create-academy --slug harbour --name "Harbour Martial Arts" --zone Australia/Sydney""";

        static NewAcademy parse(List<String> arguments) {
            String slug = null;
            String name = null;
            String zone = null;
            for (int i = 0; i + 1 < arguments.size(); i += 2) {
                String value = arguments.get(i + 1);
                switch (arguments.get(i)) {
                    case "--slug" -> slug = value;
                    case "--name" -> name = value.strip();
                    case "--zone" -> zone = value;
                    default -> throw new IllegalArgumentException(USAGE);
                }
            }
            if (slug == null || name == null || zone == null || arguments.size() % 2 != 0) {
                throw new IllegalArgumentException(USAGE);
            }
            if (!ZoneId.getAvailableZoneIds().contains(zone)) {
                throw new IllegalArgumentException(
                        "--zone is no time zone: give one of the IANA database, such as Australia/Sydney.");
            }
            return new NewAcademy(slug, name, zone);
        }
    }
}
