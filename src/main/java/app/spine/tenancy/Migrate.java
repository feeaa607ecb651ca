package app.spine.tenancy;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.interceptor.Interceptor;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;

/** Brings the schema up to date, as its owner, before anything else of a start looks at the database. */
@ApplicationScoped
class Migrate {

    private static final Logger LOG = Logger.getLogger(Migrate.class);

    private final FirstQuestions questions;
    private final Instance<Flyway> flyway;

    Migrate(FirstQuestions questions, Instance<Flyway> flyway) {
        this.questions = questions;
        this.flyway = flyway;
    }

    /** @throws org.flywaydb.core.api.FlywayException ends the start; what was migrated before the one that failed stays */
    void run(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 3) StartupEvent event)
            throws InterruptedException {
        if (!isUpToDate()) {
            flyway.get().migrate();
            questions.forgetSchema();
        }
    }

    private boolean isUpToDate() throws InterruptedException {
        try {
            return CompiledMigrations.exist() && questions.isMigrated();
        } catch (SQLException e) {
            // Mostly the database is away, which Flyway meets next and says.
            LOG.infof("Flyway is to look: %s", e.getMessage());
            return false;
        }
    }
}
