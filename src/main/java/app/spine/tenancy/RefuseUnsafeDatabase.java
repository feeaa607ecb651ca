package app.spine.tenancy;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends the start on a database that would not keep two promises: that row-level security stands between academies, and
 * that what was answered survives a crash; and on one too old for what is asked of it. In production it takes no password
 * that could be guessed either, and no academies of the demo, whose keys are in a file of whoever made it.
 */
@ApplicationScoped
class RefuseUnsafeDatabase {

    // What the README asks for, and what Hibernate's statements are made for (quarkus.datasource.db-version).
    private static final int OLDEST_VERSION = 150_000;

    // Whatever is tried first is shorter; deploy/roles.sh takes none below 16.
    private static final int MIN_PASSWORD_LENGTH = 12;

    // Of twelve random hexadecimal digits fewer are different once in 10^4 times, of 48 once in 10^25; a character or a
    // pattern of four that repeats itself always has fewer.
    private static final int MIN_DIFFERENT_CHARACTERS = 5;

    private final DataSource dataSource;
    private final FirstQuestions questions;
    private final boolean production;
    private final Map<String, Optional<String>> passwords;

    RefuseUnsafeDatabase(
            DataSource dataSource,
            FirstQuestions questions,
            @ConfigProperty(name = "spine.profile") Optional<String> profile,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password,
            @ConfigProperty(name = "quarkus.flyway.password") Optional<String> ownerPassword) {
        this.dataSource = dataSource;
        this.questions = questions;
        this.production = profile.filter("production"::equals).isPresent();
        this.passwords = Map.of("QUARKUS_DATASOURCE_PASSWORD", password, "QUARKUS_FLYWAY_PASSWORD", ownerPassword);
    }

    /** Comes before whatever else of a start uses the database, but for the migrations. Quarkus prints the message alone and ends with exit code 1. */
    void check(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 2) StartupEvent event)
            throws SQLException, InterruptedException {
        List<String> dangers = dangers(role());
        if (production) {
            refuseGuessablePasswords(dangers);
            refuseDemo(dangers);
        }
        if (!dangers.isEmpty()) {
            throw new ConfigurationException(
                    "Operating Spine does not start on this database:\n  " + String.join("\n  ", dangers));
        }
    }

    /** Of the operations' own sessions, which can have settings that others have not. */
    private DatabaseRole role() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return DatabaseRole.read(connection);
        }
    }

    private static List<String> dangers(DatabaseRole role) {
        List<String> dangers = new ArrayList<>();
        String power = role.power();
        if (power != null) {
            dangers.add("""
                    Its role %s %s, so row-level security would not keep academies apart. Set \
                    QUARKUS_DATASOURCE_USERNAME to a role that is bound by it, such as spine_app of db/roles.sql, \
                    and QUARKUS_FLYWAY_USERNAME to the owner, who runs the migrations.""".formatted(role.name(), power));
        }
        if (role.version() < OLDEST_VERSION) {
            dangers.add("It is PostgreSQL " + role.release() + ". Upgrade it to 15 or later.");
        }
        if (role.forgetsWrites()) {
            dangers.add("It runs with fsync=off, so a crash would lose or corrupt what was answered. Set fsync = on"
                    + " in postgresql.conf and reload it.");
        }
        if (role.forgetsCommits()) {
            dangers.add("""
                    It runs with synchronous_commit=off, so a crash would lose what was answered. Set \
                    synchronous_commit = on in postgresql.conf, or ALTER ROLE %s RESET synchronous_commit.""".formatted(role.name()));
        }
        return dangers;
    }

    /** None at all is for servers that know their clients in another way, such as by certificate. */
    private void refuseGuessablePasswords(List<String> dangers) {
        passwords.forEach((variable, password) -> {
            String lack = password.map(RefuseUnsafeDatabase::lack).orElse("");
            if (!lack.isEmpty()) {
                dangers.add("%s has fewer than %s. Set one from openssl rand -hex 24, by deploy/roles.sh."
                        .formatted(variable, lack));
            }
        });
    }

    /** What a password has too few of, in words; empty for one that is good enough. */
    private static String lack(String password) {
        if (password.length() < MIN_PASSWORD_LENGTH) {
            return MIN_PASSWORD_LENGTH + " characters";
        }
        return password.chars().distinct().count() < MIN_DIFFERENT_CHARACTERS
                ? MIN_DIFFERENT_CHARACTERS + " different characters"
                : "";
    }

    /** However they came here: SPINE_DEMO alone would say only what this start would make. */
    private void refuseDemo(List<String> dangers) throws SQLException, InterruptedException {
        List<String> slugs = questions.demoTenants();
        if (!slugs.isEmpty()) {
            dangers.add("""
                    It holds demo academies (%s), with keys that may do everything, and SPINE_PROFILE is production. Set \
                    QUARKUS_DATASOURCE_JDBC_URL to another database, made by deploy/roles.sh, and open academies there by \
                    create-academy.""".formatted(String.join(", ", slugs)));
        }
    }
}
