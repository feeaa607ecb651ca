package app.spine.audit;

import app.spine.events.CurrentOrigin;
import app.spine.events.DomainEvent;
import app.spine.http.RecordedJson;
import app.spine.http.UuidV7;
import app.spine.tenancy.CurrentTenant;
import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;

/** Writes the audit record of each change inside the change's own transaction: both commit, or neither does. */
@ApplicationScoped
class AuditTrail {

    private final DataSource dataSource;
    private final CurrentTenant tenant;
    private final CurrentOrigin origin;
    private final RecordedJson json;
    private final Clock clock;

    AuditTrail(DataSource dataSource, CurrentTenant tenant, CurrentOrigin origin, RecordedJson json, Clock clock) {
        this.dataSource = dataSource;
        this.tenant = tenant;
        this.origin = origin;
        this.json = json;
        this.clock = clock;
    }

    void record(@Observes DomainEvent event) throws JsonProcessingException, SQLException {
        String before = event.before() == null ? null : json.forAudit(event.before());
        String after = event.after() == null ? null : json.forAudit(event.after());
        // Agroal hands out the connection of the running transaction.
        try (Connection connection = dataSource.getConnection()) {
            if (connection.getAutoCommit()) {
                throw new IllegalStateException("an event was fired outside a transaction: " + event.auditEvent());
            }
            AuditSql.write(
                    connection,
                    List.of(new AuditEntry(
                            tenant.require().id(),
                            UuidV7.create(clock),
                            clock.instant(),
                            event.auditEvent(),
                            origin.actor(),
                            event.subject(),
                            event.sourceWorkflow(),
                            origin.requestId(),
                            before,
                            after)));
        }
    }
}
