package app.spine.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;

/** Writes log rows: any number in one statement, whose text does not depend on the number. */
final class RequestSql {

    // A retry after a connection broke mid-commit may find its rows there already.
    private static final String APPEND = """
            insert into api_requests (tenant_id, id, occurred_at, consumer_id, key_id, operation, method, path,
                query_names, scopes, status, code, latency_us, bytes_in, bytes_out, limit_left, address, agent, trace_id,
                idempotency_key, count)
            select tenant_id, id, to_timestamp(occurred_us / 1e6), consumer_id, key_id, operation, method, path,
                query_names, scopes, status, code, latency_us, bytes_in, bytes_out, limit_left, address, agent, trace_id,
                idempotency_key, count
            from unnest(?::uuid[], ?::uuid[], ?::bigint[], ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[],
                ?::text[], ?::text[], ?::smallint[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::integer[])
                as row (tenant_id, id, occurred_us, consumer_id, key_id, operation, method, path, query_names, scopes,
                    status, code, latency_us, bytes_in, bytes_out, limit_left, address, agent, trace_id, idempotency_key, count)
            on conflict do nothing""";

    private RequestSql() {}

    static void append(Connection connection, List<RequestEntry> entries) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(APPEND)) {
            Columns columns = new Columns(connection, statement, entries);
            columns.set("uuid", RequestEntry::tenantId);
            columns.set("uuid", RequestEntry::id);
            columns.set("int8", RequestSql::micros);
            columns.set("uuid", RequestEntry::consumerId);
            columns.set("uuid", RequestEntry::keyId);
            columns.set("text", RequestEntry::operation);
            columns.set("text", RequestEntry::method);
            columns.set("text", RequestEntry::path);
            columns.set("text", RequestEntry::queryNames);
            columns.set("text", RequestEntry::scopes);
            columns.set("int2", RequestEntry::status);
            columns.set("text", RequestEntry::code);
            columns.set("int8", RequestEntry::latencyMicros);
            columns.set("int8", RequestEntry::bytesIn);
            columns.set("int8", RequestEntry::bytesOut);
            columns.set("int8", RequestEntry::limitLeft);
            columns.set("text", RequestEntry::address);
            columns.set("text", RequestEntry::agent);
            columns.set("text", RequestEntry::traceId);
            columns.set("text", RequestEntry::idempotencyKey);
            columns.set("int4", RequestEntry::count);
            statement.executeUpdate();
        }
    }

    private static long micros(RequestEntry entry) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, entry.occurredAt());
    }

    private static final class Columns {

        private final Connection connection;
        private final PreparedStatement statement;
        private final List<RequestEntry> entries;
        private int index;

        Columns(Connection connection, PreparedStatement statement, List<RequestEntry> entries) {
            this.connection = connection;
            this.statement = statement;
            this.entries = entries;
        }

        void set(String type, Function<RequestEntry, ? extends @org.jspecify.annotations.Nullable Object> value)
                throws SQLException {
            Object[] values = new Object[entries.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value.apply(entries.get(i));
            }
            statement.setArray(++index, connection.createArrayOf(type, values));
        }
    }
}
