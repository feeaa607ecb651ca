package app.spine.access;

import app.spine.http.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What POSTs answered, in the transaction of their effect. Unique by tenant, consumer and idempotency key. */
final class IdempotencyStore {

    // Two statements in one round trip, each with a snapshot of its own: an answer that was committed just before the
    // lock was free must be seen, or the effect would happen twice.
    private static final String CLAIM = """
            select pg_try_advisory_xact_lock(hashtextextended(?, 0));
            select fingerprint, status, location, etag, body from idempotency_keys
            where tenant_id = ? and consumer_id = ? and key = ? and expires_at > ?""";

    // The place of an expired answer may be taken; one that lives is never overwritten.
    private static final String STORE = """
            insert into idempotency_keys as k (tenant_id, consumer_id, key, fingerprint, status, location, etag, body,
                created_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (tenant_id, consumer_id, key) do update
            set fingerprint = excluded.fingerprint, status = excluded.status, location = excluded.location,
                etag = excluded.etag, body = excluded.body, created_at = excluded.created_at,
                expires_at = excluded.expires_at
            where k.expires_at <= excluded.created_at""";

    private IdempotencyStore() {}

    /** Whose key it is. */
    record Owner(UUID tenantId, UUID consumerId, String key) {

        String lock() {
            return "idempotency " + tenantId + " " + consumerId + " " + key;
        }
    }

    /** An answer as it left. */
    record Stored(
            int status, @Nullable String location, @Nullable String etag, String body) {}

    /**
     * Claims the key until the transaction ends.
     *
     * @return the stored answer, or empty when the request is new
     * @throws Problem 409 while the same key is being worked on, 422 when it belongs to another request
     */
    static Optional<Stored> claim(Connection connection, Owner owner, byte[] fingerprint, Instant now)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setString(1, owner.lock());
            statement.setObject(2, owner.tenantId());
            statement.setObject(3, owner.consumerId());
            statement.setString(4, owner.key());
            statement.setObject(5, now.atOffset(ZoneOffset.UTC));
            statement.execute();
            try (ResultSet lock = statement.getResultSet()) {
                if (!lock.next() || !lock.getBoolean(1)) {
                    throw new Problem(
                                    AccessProblem.IDEMPOTENCY_IN_PROGRESS,
                                    "The first request with this Idempotency-Key has not ended. Try again shortly.")
                            .withHeader("Retry-After", "1");
                }
            }
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                if (!Arrays.equals(row.getBytes("fingerprint"), fingerprint)) {
                    throw new Problem(
                            AccessProblem.IDEMPOTENCY_MISMATCH,
                            "This Idempotency-Key was used for another request. Use a new key for a new request.");
                }
                return Optional.of(new Stored(
                        row.getInt("status"), row.getString("location"), row.getString("etag"), row.getString("body")));
            }
        }
    }

    static void store(Connection connection, Owner owner, byte[] fingerprint, Stored answer, Instant now, Duration kept)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STORE)) {
            statement.setObject(1, owner.tenantId());
            statement.setObject(2, owner.consumerId());
            statement.setString(3, owner.key());
            statement.setBytes(4, fingerprint);
            statement.setShort(5, (short) answer.status());
            statement.setString(6, answer.location());
            statement.setString(7, answer.etag());
            statement.setString(8, answer.body());
            statement.setObject(9, now.atOffset(ZoneOffset.UTC));
            statement.setObject(10, now.plus(kept).atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }
}
