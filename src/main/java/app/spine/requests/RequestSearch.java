package app.spine.requests;

import app.spine.events.Actor;
import app.spine.events.CurrentOrigin;
import app.spine.http.Cursor;
import app.spine.http.Page;
import app.spine.http.Problem;
import app.spine.http.TypeId;
import app.spine.requests.RequestFilter.Statuses;
import app.spine.tenancy.CurrentTenant;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the request log, newest first. Every method runs in the transaction that its caller opened. A test consumer sees
 * its own requests only: the log is its academy's, whose live data is not its business.
 */
@ApplicationScoped
public class RequestSearch {

    /** What its cursors count for. */
    public static final String LIST = "requests";

    /** What one page looks at, at most: about 20 ms of the database's time when nothing of it is what was asked for. */
    public static final int SCANNED_ROWS = 10_000;

    private static final String COLUMNS = """
            id, occurred_at, consumer_id, key_id, operation, method, path, query_names, scopes, status, code, latency_us,
            bytes_in, bytes_out, limit_left, address, agent, trace_id, idempotency_key, count""";

    private static final String READ = "select " + COLUMNS + " from api_requests where tenant_id = ? and id = ?";

    private static final String FIND_CONSUMER_OF_KEY =
            "select consumer_id from api_keys where tenant_id = ? and id = ?";

    private static final String FIND_ENVIRONMENT =
            "select environment from api_consumers where tenant_id = ? and id = ?";

    // The bound rests on reading in the order of an index and stopping. The planner would rather read all and sort
    // where
    // it expects few rows, and what it expects of a busy consumer or of a day it has no statistics of is a guess.
    static final String READ_IN_ORDER =
            "select set_config(name, 'off', true) from unnest(array['enable_sort', 'enable_seqscan', 'enable_bitmapscan']) as name";

    private static final UUID NOBODY = new UUID(0, 0);

    private final DataSource dataSource;
    private final CurrentTenant tenant;
    private final CurrentOrigin origin;

    RequestSearch(DataSource dataSource, CurrentTenant tenant, CurrentOrigin origin) {
        this.dataSource = dataSource;
        this.tenant = tenant;
        this.origin = origin;
    }

    /** A page may hold fewer than asked for and still have a next one, since each looks at a bounded number of rows. */
    public Page<RequestView> list(RequestFilter filter, @Nullable UUID after, int limit) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Set<UUID> consumers = new HashSet<>();
            onlyConsumer(connection).ifPresent(consumers::add);
            if (filter.consumerId() != null) {
                consumers.add(filter.consumerId());
            }
            if (filter.keyId() != null) {
                consumers.add(findConsumerOfKey(connection, filter.keyId()).orElse(NOBODY));
            }
            if (consumers.size() > 1) {
                return new Page<>(List.of(), null);
            }
            UUID consumer = consumers.stream().findFirst().orElse(null);
            Scan scan = Scan.of(filter, consumer, after, tenant.require().id());
            try (PreparedStatement statement = connection.prepareStatement(READ_IN_ORDER)) {
                statement.execute();
            }
            List<RequestView> found = find(connection, scan, limit + 1);
            if (found.size() > limit || !scan.isFiltered()) {
                return Page.of(found, limit, LIST, filter.fingerprint(), RequestSearch::uuid, view -> view);
            }
            String next = lastScanned(connection, scan)
                    .map(last -> Cursor.encode(LIST, filter.fingerprint(), last))
                    .orElse(null);
            return new Page<>(found, next);
        }
    }

    /**
     * One request.
     *
     * @throws Problem 404 when there is none, or none that the caller may see
     */
    public RequestView require(String id) throws SQLException {
        UUID uuid = TypeId.parse("req", id).orElseThrow(Problem::notFound);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(READ)) {
            Optional<UUID> own = onlyConsumer(connection);
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, uuid);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next() || (own.isPresent() && !own.get().equals(row.getObject("consumer_id", UUID.class)))) {
                    throw Problem.notFound();
                }
                return view(row);
            }
        }
    }

    private static List<RequestView> find(Connection connection, Scan scan, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(scan.findSql())) {
            scan.bindFind(statement, limit);
            List<RequestView> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(view(row));
                }
            }
            return found;
        }
    }

    /** Where the next page goes on; empty when this one has looked at all that there is. */
    private static Optional<UUID> lastScanned(Connection connection, Scan scan) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(scan.findLastScannedSql())) {
            scan.bindFindLastScanned(statement);
            try (ResultSet row = statement.executeQuery()) {
                UUID last = row.next() ? row.getObject(1, UUID.class) : null;
                return row.next() ? Optional.ofNullable(last) : Optional.empty();
            }
        }
    }

    /** The calling consumer if it is a test consumer, which sees no other's requests. */
    private Optional<UUID> onlyConsumer(Connection connection) throws SQLException {
        if (origin.actor().kind() != Actor.Kind.CONSUMER) {
            return Optional.empty();
        }
        UUID caller = TypeId.parse("consumer", origin.actor().id()).orElseThrow();
        try (PreparedStatement statement = connection.prepareStatement(FIND_ENVIRONMENT)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, caller);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getString(1).equals("live") ? Optional.empty() : Optional.of(caller);
            }
        }
    }

    private Optional<UUID> findConsumerOfKey(Connection connection, UUID key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND_CONSUMER_OF_KEY)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, key);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
            }
        }
    }

    private static UUID uuid(RequestView view) {
        return TypeId.parse("req", view.id()).orElseThrow();
    }

    private static RequestView view(ResultSet row) throws SQLException {
        return new RequestView(
                TypeId.format("req", row.getObject("id", UUID.class)),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                id("consumer", row.getObject("consumer_id", UUID.class)),
                id("key", row.getObject("key_id", UUID.class)),
                row.getString("operation"),
                row.getString("method"),
                row.getString("path"),
                words(row.getString("query_names")),
                words(row.getString("scopes")),
                row.getInt("status"),
                row.getString("code"),
                BigDecimal.valueOf(row.getLong("latency_us"), 3),
                row.getLong("bytes_in"),
                row.getLong("bytes_out"),
                row.getObject("limit_left", Long.class),
                row.getString("address"),
                row.getString("agent"),
                row.getString("trace_id"),
                row.getString("idempotency_key"),
                row.getInt("count"));
    }

    private static @Nullable String id(String prefix, @Nullable UUID uuid) {
        return uuid == null ? null : TypeId.format(prefix, uuid);
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }

    /**
     * What is looked at, and what is filtered from that: the inner query holds what one index answers alone, in that
     * index's order, and so reads no row more than it returns.
     *
     * @param conditions what one index answers, in the order of that index
     * @param filters what is filtered from the rows that it finds
     */
    record Scan(
            List<String> conditions, List<Object> values, String order, List<String> filters, List<Object> filtered) {

        static Scan of(RequestFilter filter, @Nullable UUID consumer, @Nullable UUID after, UUID tenantId) {
            // A cursor counts for its filters alone, so it lies before their end.
            UUID to = after == null ? filter.to() : after;
            Scan scan = new Scan(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    order(filter, consumer),
                    new ArrayList<>(),
                    new ArrayList<>());
            // Beside the row comparison below too: these are what prunes partitions.
            scan.look("tenant_id = ? and id >= ? and id < ?", tenantId, filter.from(), to);
            scan.filter("key_id = ?", filter.keyId());
            scan.filter("operation = ?", filter.operation());
            Statuses status = filter.status();
            if (status != null) {
                scan.filter("status >= ?", (short) status.lowest());
                scan.filter("status <= ?", (short) status.highest());
            }
            if (isFailure(status)) {
                // Failures are the rarest, so their index comes before the consumer's.
                scan.conditions.add("status >= 500");
                scan.filter("consumer_id = ?", consumer);
            } else if (consumer != null) {
                // No equality: it would let the planner walk the academy's whole log for a consumer it takes for busy.
                scan.look(
                        "(consumer_id, id) >= (?, ?) and (consumer_id, id) < (?, ?)",
                        consumer,
                        filter.from(),
                        consumer,
                        to);
            } else if (status != null && status.lowest() >= 400) {
                scan.conditions.add("status >= 400");
            }
            return scan;
        }

        private static String order(RequestFilter filter, @Nullable UUID consumer) {
            return consumer == null || isFailure(filter.status()) ? "id desc" : "consumer_id desc, id desc";
        }

        private static boolean isFailure(@Nullable Statuses status) {
            return status != null && status.lowest() >= 500;
        }

        boolean isFiltered() {
            return !filters.isEmpty();
        }

        String findSql() {
            String where = String.join(" and ", conditions);
            String filter = filters.isEmpty() ? "true" : String.join(" and ", filters);
            return """
                    select %s
                    from (
                        select %s from api_requests
                        where %s
                        order by %s
                        limit ?) as scanned
                    where %s
                    order by %s
                    limit ?""".formatted(COLUMNS, COLUMNS, where, order, filter, order);
        }

        void bindFind(PreparedStatement statement, int limit) throws SQLException {
            int i = bind(statement, 0, values);
            statement.setInt(++i, SCANNED_ROWS);
            i = bind(statement, i, filtered);
            statement.setInt(++i, limit);
        }

        String findLastScannedSql() {
            return """
                    select id from api_requests
                    where %s
                    order by %s
                    offset ? limit 2""".formatted(String.join(" and ", conditions), order);
        }

        void bindFindLastScanned(PreparedStatement statement) throws SQLException {
            int i = bind(statement, 0, values);
            statement.setInt(++i, SCANNED_ROWS - 1);
        }

        private static int bind(PreparedStatement statement, int from, List<Object> values) throws SQLException {
            int i = from;
            for (Object value : values) {
                statement.setObject(++i, value);
            }
            return i;
        }

        private void look(String condition, Object... parameters) {
            conditions.add(condition);
            values.addAll(List.of(parameters));
        }

        private void filter(String condition, @Nullable Object parameter) {
            if (parameter != null) {
                filters.add(condition);
                filtered.add(Objects.requireNonNull(parameter));
            }
        }
    }
}
