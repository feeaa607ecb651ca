package app.spine.audit;

import app.spine.events.Actor;
import app.spine.events.CurrentOrigin;
import app.spine.events.DomainEvent;
import app.spine.http.UuidV7;
import app.spine.tenancy.CurrentTenant;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Writes the audit record of each change inside the change's own transaction: both commit, or neither does. */
@ApplicationScoped
class AuditTrail {

    private static final int SALT_BYTES = 16;

    private static final String RECORD = """
            with record as (
                insert into audit_log (tenant_id, id, occurred_at, event, actor_kind, actor_id, actor_key_id,
                    entity_kind, entity_id, source_workflow, request_id, before_hash, after_hash)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                returning tenant_id, id)
            insert into audit_values (tenant_id, audit_id, salt, before, after)
            select tenant_id, id, ?, ?, ? from record""";

    private final DataSource dataSource;
    private final CurrentTenant tenant;
    private final CurrentOrigin origin;
    private final ObjectMapper json;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    AuditTrail(DataSource dataSource, CurrentTenant tenant, CurrentOrigin origin, ObjectMapper json, Clock clock) {
        this.dataSource = dataSource;
        this.tenant = tenant;
        this.origin = origin;
        this.json = json;
        this.clock = clock;
    }

    void record(@Observes DomainEvent event) throws JsonProcessingException, SQLException {
        String before = event.before() == null ? null : json.writeValueAsString(event.before());
        String after = event.after() == null ? null : json.writeValueAsString(event.after());
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        UUID id = UuidV7.create(clock);
        Actor actor = origin.actor();
        // Agroal hands out the connection of the running transaction.
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(RECORD)) {
            if (connection.getAutoCommit()) {
                throw new IllegalStateException("an event was fired outside a transaction: " + event.auditEvent());
            }
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, id);
            statement.setObject(3, clock.instant().atOffset(ZoneOffset.UTC));
            statement.setString(4, event.auditEvent());
            statement.setString(5, actor.kind().wire());
            statement.setString(6, actor.id());
            statement.setString(7, actor.keyId());
            statement.setString(8, event.subject().kind());
            statement.setString(9, event.subject().id());
            statement.setString(10, event.sourceWorkflow());
            statement.setString(11, origin.requestId());
            statement.setBytes(12, hash(salt, before));
            statement.setBytes(13, hash(salt, after));
            statement.setBytes(14, salt);
            statement.setString(15, before);
            statement.setString(16, after);
            statement.executeUpdate();
        }
    }

    /** SHA-256 of the salt, then of the value as it is stored; null for no value. */
    static byte @Nullable [] hash(byte[] salt, @Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return digest.digest(value.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
