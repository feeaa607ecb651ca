package app.spine.access;

import app.spine.consumers.LiveKey;
import app.spine.http.TypeId;
import app.spine.tenancy.RowLevelSecurity;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * The monthly quota: a calendar month in UTC, counted in PostgreSQL, so that it is exact over nodes and outlives them. It
 * costs a commit of its own, for consumers with a quota alone. Fails closed: a call that cannot be counted is not made.
 */
@ApplicationScoped
class MonthlyQuota {

    private static final Logger LOG = Logger.getLogger(MonthlyQuota.class);

    // Counts only what fits; the row that comes back says what is used either way.
    private static final String COUNT = RowLevelSecurity.ENTER + """
            ;
            with counted as (
                insert into api_quota_use as q (tenant_id, consumer_id, month, used, warned_80_at, warned_100_at)
                select ?, ?, ?, cost, case when cost * 5 >= quota * 4 then now() end, case when cost >= quota then now() end
                from (values (?::bigint, ?::bigint)) as v (cost, quota)
                where cost <= quota
                on conflict (tenant_id, consumer_id, month) do update
                set used = q.used + excluded.used,
                    warned_80_at = case when (q.used + excluded.used) * 5 >= ? * 4
                        then coalesce(q.warned_80_at, now()) end,
                    warned_100_at = case when q.used + excluded.used >= ? then coalesce(q.warned_100_at, now()) end
                where q.used + excluded.used <= ?
                returning used, warned_80_at = now() as first_80, warned_100_at = now() as first_100)
            select used, first_80, first_100, true as allowed from counted
            union all
            select used, false, false, false from api_quota_use
            where tenant_id = ? and consumer_id = ? and month = ? and not exists (select 1 from counted)""";

    private final DataSource dataSource;
    private final Clock clock;

    MonthlyQuota(DataSource dataSource, Clock clock) {
        this.dataSource = dataSource;
        this.clock = clock;
    }

    /** Takes the cost from this month's quota if it fits. */
    Count count(LiveKey key, long quota, int cost) throws SQLException {
        LocalDate month = month();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(COUNT)) {
            int i = 0;
            statement.setObject(++i, key.tenant().id());
            statement.setObject(++i, key.tenant().id());
            statement.setObject(++i, key.consumerId());
            statement.setObject(++i, month);
            statement.setLong(++i, cost);
            statement.setLong(++i, quota);
            statement.setLong(++i, quota);
            statement.setLong(++i, quota);
            statement.setLong(++i, quota);
            statement.setObject(++i, key.tenant().id());
            statement.setObject(++i, key.consumerId());
            statement.setObject(++i, month);
            statement.execute();
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                // No row at all: a first call whose cost is above the whole quota.
                boolean counted = row.next();
                long used = counted ? row.getLong("used") : 0;
                boolean allowed = counted && row.getBoolean("allowed");
                warn(key, counted && row.getBoolean("first_80"), counted && row.getBoolean("first_100"), used, quota);
                return new Count(allowed, policy(month, quota, used));
            }
        }
    }

    private static void warn(LiveKey key, boolean first80, boolean first100, long used, long quota) {
        if (first100) {
            LOG.warnf(
                    "Consumer %s has used all of its monthly quota: %d of %d",
                    TypeId.format("consumer", key.consumerId()), used, quota);
        } else if (first80) {
            LOG.warnf(
                    "Consumer %s has used 80 %% of its monthly quota: %d of %d",
                    TypeId.format("consumer", key.consumerId()), used, quota);
        }
    }

    /** The quota as a policy of which nothing is said but what it is. */
    LimitState.Policy policy(long quota) {
        return policy(month(), quota, 0);
    }

    private LocalDate month() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).withDayOfMonth(1);
    }

    private LimitState.Policy policy(LocalDate month, long quota, long used) {
        long windowSeconds = YearMonth.from(month).lengthOfMonth() * 86_400L;
        long untilReset = ChronoUnit.SECONDS.between(
                clock.instant(),
                month.plusMonths(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        return new LimitState.Policy("monthly", quota, windowSeconds, Math.max(0, quota - used), untilReset + 1);
    }

    /** The outcome of counting. */
    record Count(boolean allowed, LimitState.Policy policy) {}
}
