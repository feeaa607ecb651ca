package app.spine.requests;

import app.spine.http.Problem;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.tenancy.CurrentTenant;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Who calls with a consumer's keys, and how fast, from the newest rows of its log. Every method runs in the transaction
 * that its caller opened.
 */
@ApplicationScoped
public class Callers {

    /** How many of a consumer's newest calls are looked at: about 20 ms of the database's time. */
    public static final int SCANNED_ROWS = 10_000;

    private static final Duration LATELY = Duration.ofHours(1);

    /** Ids are of whichever node's clock. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    // The newest of the consumer in the order of their index, so that however many there are costs the same. Both ends
    // are
    // bounded: planning for the partitions of the days to come took three times as long as reading.
    private static final String NEWEST = """
            select occurred_at, key_id, address, agent, operation, status, count from api_requests
            where tenant_id = ? and consumer_id = ? and id >= ? and id < ?
            order by id desc
            limit %d""".formatted(SCANNED_ROWS);

    private static final String OF_KEYS = """
            select key_id, address, agent, max(occurred_at) as last_at,
                (array_agg(operation order by occurred_at desc))[1] as operation,
                coalesce(sum(count) filter (where occurred_at >= ?), 0)::bigint as lately
            from (%s) as newest
            where key_id = any(?)
            group by key_id, address, agent
            order by last_at desc
            limit 50""".formatted(NEWEST);

    private static final String PACE = """
            select date_trunc('minute', occurred_at) as minute, sum(count)::bigint as calls,
                coalesce(sum(count) filter (where status = 429), 0)::bigint as limited
            from (%s) as newest
            group by 1
            order by 1""".formatted(NEWEST);

    private final DataSource dataSource;
    private final CurrentTenant tenant;
    private final Clock clock;

    Callers(DataSource dataSource, CurrentTenant tenant, Clock clock) {
        this.dataSource = dataSource;
        this.tenant = tenant;
        this.clock = clock;
    }

    /**
     * Who used a key.
     *
     * @param operation the latest one; null when it reached none
     * @param lately how many calls in the last hour
     */
    public record Caller(
            String keyId,
            String address,
            @Nullable String agent,
            @Nullable String operation,
            Instant lastAt,
            long lately) {}

    /** The calls of one minute. */
    public record Minute(Instant at, long calls, long limited) {}

    /** Up to 50 callers with these keys since then, the latest first. */
    public List<Caller> ofKeys(String consumerId, List<String> keyIds, Duration since) throws SQLException {
        UUID consumer = TypeId.parse("consumer", consumerId).orElseThrow(Problem::notFound);
        UUID[] keys = keyIds.stream()
                .map(id -> TypeId.parse("key", id).orElseThrow(Problem::notFound))
                .toArray(UUID[]::new);
        Instant now = clock.instant();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(OF_KEYS)) {
            Array wanted = connection.createArrayOf("uuid", keys);
            statement.setObject(1, now.minus(LATELY).atOffset(ZoneOffset.UTC));
            statement.setObject(2, tenant.require().id());
            statement.setObject(3, consumer);
            statement.setObject(4, UuidV7.lowerBound(now.minus(since)));
            statement.setObject(5, UuidV7.lowerBound(now.plus(AHEAD)));
            statement.setArray(6, wanted);
            List<Caller> callers = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    callers.add(new Caller(
                            TypeId.format("key", row.getObject("key_id", UUID.class)),
                            row.getString("address"),
                            row.getString("agent"),
                            row.getString("operation"),
                            row.getObject("last_at", OffsetDateTime.class).toInstant(),
                            row.getLong("lately")));
                }
            }
            return callers;
        }
    }

    /** Calls by minute since then, the earliest first; minutes without a call are left out. */
    public List<Minute> pace(String consumerId, Duration since) throws SQLException {
        UUID consumer = TypeId.parse("consumer", consumerId).orElseThrow(Problem::notFound);
        Instant now = clock.instant();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(PACE)) {
            statement.setObject(1, tenant.require().id());
            statement.setObject(2, consumer);
            statement.setObject(3, UuidV7.lowerBound(now.minus(since)));
            statement.setObject(4, UuidV7.lowerBound(now.plus(AHEAD)));
            List<Minute> minutes = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    minutes.add(new Minute(
                            row.getObject("minute", OffsetDateTime.class).toInstant(),
                            row.getLong("calls"),
                            row.getLong("limited")));
                }
            }
            return minutes;
        }
    }
}
