package app.spine.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes records of the trail in the transaction of a connection: for the trail itself, and for commands that run without it. */
public final class AuditSql {

    private static final int SALT_BYTES = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String RECORD = """
            with record as (
                insert into audit_log (tenant_id, id, occurred_at, event, actor_kind, actor_id, actor_key_id,
                    entity_kind, entity_id, source_workflow, request_id, before_hash, after_hash)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                returning tenant_id, id)
            insert into audit_values (tenant_id, audit_id, salt, before, after)
            select tenant_id, id, ?, ?, ? from record""";

    private AuditSql() {}

    /** All of them in one round trip. */
    public static void write(Connection connection, List<AuditEntry> entries) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
            for (AuditEntry entry : entries) {
                byte[] salt = new byte[SALT_BYTES];
                RANDOM.nextBytes(salt);
                statement.setObject(1, entry.tenantId());
                statement.setObject(2, entry.id());
                statement.setObject(3, entry.occurredAt().atOffset(ZoneOffset.UTC));
                statement.setString(4, entry.event());
                statement.setString(5, entry.actor().kind().wire());
                statement.setString(6, entry.actor().id());
                statement.setString(7, entry.actor().keyId());
                statement.setString(8, entry.subject().kind());
                statement.setString(9, entry.subject().id());
                statement.setString(10, entry.sourceWorkflow());
                statement.setString(11, entry.requestId());
                statement.setBytes(12, hash(salt, entry.before()));
                statement.setBytes(13, hash(salt, entry.after()));
                statement.setBytes(14, salt);
                statement.setString(15, entry.before());
                statement.setString(16, entry.after());
                statement.addBatch();
            }
            statement.executeBatch();
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
