package app.spine.consumers;

import app.spine.http.Cursor;
import app.spine.http.TypeId;
import app.spine.tenancy.CurrentTenant;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads counted use, and since when scopes are held. Every method runs in the transaction that its caller opened. */
@ApplicationScoped
class Usage {

    static final String LIST = "usage";

    // The days of the page first, so that a page holds whole ones.
    private static final String DAYS = """
            with wanted as (
                select day, key_id, operation, status_class, requests, limited, lowest_limit_left, latency_us_sum,
                    latency_us_max, bytes_in, bytes_out
                from api_usage
                where tenant_id = ? and consumer_id = ? and day >= ? and day <= ? and (?::uuid is null or key_id = ?))
            select day, operation, status_class, sum(requests)::bigint as requests, sum(limited)::bigint as limited,
                min(lowest_limit_left) as lowest_limit_left, sum(latency_us_sum)::bigint as latency_us_sum,
                max(latency_us_max) as latency_us_max, sum(bytes_in)::bigint as bytes_in, sum(bytes_out)::bigint as bytes_out
            from wanted
            where day in (select distinct day from wanted order by day desc limit ?)
            group by day, operation, status_class
            order by day desc, operation, status_class""";

    private static final String COUNTED_UNTIL = "select counted_until from api_usage_mark";

    private static final String LAST_DAYS = """
            select operation, max(day) from api_usage
            where tenant_id = ? and consumer_id = ? and day >= ? and operation <> ''
            group by operation""";

    // The primary key up to the day, and the key as a filter: a consumer has few.
    private static final String OPERATIONS_OF_KEY = """
            select operation, sum(requests)::bigint, max(day) from api_usage
            where tenant_id = ? and consumer_id = ? and day >= ? and key_id = ? and operation <> ''
            group by operation
            order by 2 desc, operation
            limit 50""";

    private static final String GRANTS =
            "select scope, granted_at from api_scope_grants where tenant_id = ? and consumer_id = ?";

    private final DataSource dataSource;
    private final CurrentTenant tenant;
    private final AcademyLimits limits;

    Usage(DataSource dataSource, CurrentTenant tenant, AcademyLimits limits) {
        this.dataSource = dataSource;
        this.tenant = tenant;
        this.limits = limits;
    }

    /**
     * One page of days.
     *
     * @param after the day above the page's first; null for the newest
     */
    UsageView read(Consumer consumer, UsagePeriod period, @Nullable UUID after, int days) throws SQLException {
        LocalDate last = after == null ? period.to() : before(after, period);
        List<UsageDay> found = new ArrayList<>();
        Instant countedUntil;
        try (Connection connection = dataSource.getConnection()) {
            countedUntil = countedUntil(connection);
            if (!last.isBefore(period.from())) {
                found = days(connection, consumer.id, period, last, days + 1);
            }
        }
        boolean more = found.size() > days;
        List<UsageDay> shown = more ? found.subList(0, days) : found;
        return new UsageView(
                TypeId.format("consumer", consumer.id),
                period.from(),
                period.to(),
                countedUntil,
                consumer.limits(limits.ofAcademy()).view(),
                limits.findQuotaUse(consumer),
                List.copyOf(shown),
                more
                        ? Cursor.encode(
                                LIST,
                                cursorOf(consumer, period),
                                position(shown.getLast().day()))
                        : null);
    }

    /** What a cursor counts for. */
    static String cursorOf(Consumer consumer, UsagePeriod period) {
        return consumer.id + "|" + period.fingerprint();
    }

    private static UUID position(LocalDate day) {
        return new UUID(day.toEpochDay(), 0);
    }

    /** The day below the cursor's, within the period even for a cursor that nobody made. */
    private static LocalDate before(UUID after, UsagePeriod period) {
        long day = Math.clamp(
                after.getMostSignificantBits(),
                period.from().toEpochDay(),
                period.to().toEpochDay());
        return LocalDate.ofEpochDay(day - 1);
    }

    private List<UsageDay> days(Connection connection, UUID consumerId, UsagePeriod period, LocalDate last, int limit)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DAYS)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, consumerId);
            statement.setObject(3, period.from());
            statement.setObject(4, last);
            statement.setObject(5, period.keyId());
            statement.setObject(6, period.keyId());
            statement.setInt(7, limit);
            try (ResultSet row = statement.executeQuery()) {
                return days(row);
            }
        }
    }

    private static List<UsageDay> days(ResultSet row) throws SQLException {
        List<UsageDay> days = new ArrayList<>();
        List<OperationUse> operations = new ArrayList<>();
        LocalDate day = null;
        long limited = 0;
        Long lowest = null;
        while (row.next()) {
            LocalDate next = row.getObject("day", LocalDate.class);
            if (day != null && !next.equals(day)) {
                days.add(UsageDay.of(day, List.copyOf(operations), limited, lowest));
                operations.clear();
                limited = 0;
                lowest = null;
            }
            day = next;
            operations.add(operation(row));
            limited += row.getLong("limited");
            Long left = row.getObject("lowest_limit_left", Long.class);
            lowest = lowest == null || (left != null && left < lowest) ? left : lowest;
        }
        if (day != null) {
            days.add(UsageDay.of(day, List.copyOf(operations), limited, lowest));
        }
        return days;
    }

    private static OperationUse operation(ResultSet row) throws SQLException {
        String operation = row.getString("operation");
        long requests = row.getLong("requests");
        return new OperationUse(
                operation.isEmpty() ? null : operation,
                row.getInt("status_class") + "xx",
                requests,
                BigDecimal.valueOf(row.getLong("latency_us_sum"), 3)
                        .divide(BigDecimal.valueOf(requests), 3, RoundingMode.HALF_UP),
                BigDecimal.valueOf(row.getLong("latency_us_max"), 3),
                row.getLong("bytes_in"),
                row.getLong("bytes_out"));
    }

    /** Calls answered before it are counted. */
    Instant countedUntil() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return countedUntil(connection);
        }
    }

    /** The last day on which a consumer called each operation that it called since that day. */
    Map<String, LocalDate> lastDays(UUID consumerId, LocalDate since) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(LAST_DAYS)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, consumerId);
            statement.setObject(3, since);
            Map<String, LocalDate> days = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    days.put(row.getString(1), row.getObject(2, LocalDate.class));
                }
            }
            return days;
        }
    }

    /** What a key called since that day, the most called first. */
    List<KeyOperation> operationsOfKey(UUID consumerId, UUID keyId, LocalDate since) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(OPERATIONS_OF_KEY)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, consumerId);
            statement.setObject(3, since);
            statement.setObject(4, keyId);
            List<KeyOperation> operations = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    operations.add(
                            new KeyOperation(row.getString(1), row.getLong(2), row.getObject(3, LocalDate.class)));
                }
            }
            return operations;
        }
    }

    /** Since when a consumer holds each of its scopes. */
    Map<String, Instant> grants(UUID consumerId) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(GRANTS)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, consumerId);
            Map<String, Instant> grants = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    grants.put(
                            row.getString(1),
                            row.getObject(2, OffsetDateTime.class).toInstant());
                }
            }
            return grants;
        }
    }

    private static Instant countedUntil(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNTED_UNTIL);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }
}
