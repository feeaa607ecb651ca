package app.spine.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Writes log rows, several in one statement. Rows of values rather than arrays to unnest: measured, they take PostgreSQL a
 * quarter less, and their parameters travel in binary. Each number of rows is a statement of its own, so the number is
 * bounded.
 */
final class RequestSql {

    /** How many rows a statement takes: beyond this, another one adds next to nothing to a row's cost. */
    static final int MAX_ROWS = 32;

    private static final String INTO = """
            insert into api_requests (tenant_id, id, occurred_at, consumer_id, key_id, operation, method, path,
                query_names, scopes, status, code, latency_us, bytes_in, bytes_out, limit_left, address, agent, trace_id,
                idempotency_key, count)
            values\s""";

    // The casts give null its type.
    private static final String ROW = "(?::uuid, ?::uuid, ?::timestamptz, ?::uuid, ?::uuid, ?::text, ?::text, ?::text,"
            + " ?::text, ?::text, ?::int2, ?::text, ?::int8, ?::int8, ?::int8, ?::int8, ?::text, ?::text, ?::text,"
            + " ?::text, ?::int4)";

    // A retry after a connection broke mid-commit may find its rows there already.
    private static final String ONCE = " on conflict do nothing";

    private static final AtomicReferenceArray<@Nullable String> FIRST_TRY = new AtomicReferenceArray<>(MAX_ROWS + 1);
    private static final AtomicReferenceArray<@Nullable String> AGAIN = new AtomicReferenceArray<>(MAX_ROWS + 1);

    private RequestSql() {}

    /**
     * Writes at most {@link #MAX_ROWS} rows.
     *
     * @param again whether they may be there already, which takes PostgreSQL one more look into the key's index for each
     */
    static void append(Connection connection, List<RequestEntry> entries, boolean again) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(statement(entries.size(), again))) {
            Row row = new Row(statement);
            for (RequestEntry entry : entries) {
                row.set(entry);
            }
            statement.executeUpdate();
        }
    }

    private static String statement(int rows, boolean again) {
        AtomicReferenceArray<@Nullable String> statements = again ? AGAIN : FIRST_TRY;
        String known = statements.get(rows);
        if (known == null) {
            known = INTO + String.join(", ", Collections.nCopies(rows, ROW)) + (again ? ONCE : "");
            statements.set(rows, known);
        }
        return known;
    }

    /** Sets parameters in their order. Types stay the same for null, or the statement would be prepared anew. */
    private static final class Row {

        private final PreparedStatement statement;
        private int index;

        Row(PreparedStatement statement) {
            this.statement = statement;
        }

        void set(RequestEntry entry) throws SQLException {
            uuid(entry.tenantId());
            uuid(entry.id());
            statement.setObject(++index, entry.occurredAt().atOffset(ZoneOffset.UTC));
            uuid(entry.consumerId());
            uuid(entry.keyId());
            statement.setString(++index, entry.operation());
            statement.setString(++index, entry.method());
            statement.setString(++index, entry.path());
            statement.setString(++index, entry.queryNames());
            statement.setString(++index, entry.scopes());
            statement.setShort(++index, entry.status());
            statement.setString(++index, entry.code());
            statement.setLong(++index, entry.latencyMicros());
            statement.setLong(++index, entry.bytesIn());
            statement.setLong(++index, entry.bytesOut());
            number(entry.limitLeft());
            statement.setString(++index, entry.address());
            statement.setString(++index, entry.agent());
            statement.setString(++index, entry.traceId());
            statement.setString(++index, entry.idempotencyKey());
            statement.setInt(++index, entry.count());
        }

        private void uuid(@Nullable UUID value) throws SQLException {
            if (value == null) {
                statement.setNull(++index, Types.OTHER, "uuid");
            } else {
                statement.setObject(++index, value);
            }
        }

        private void number(@Nullable Long value) throws SQLException {
            if (value == null) {
                statement.setNull(++index, Types.BIGINT);
            } else {
                statement.setLong(++index, value);
            }
        }
    }
}
