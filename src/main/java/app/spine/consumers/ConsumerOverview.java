package app.spine.consumers;

import app.spine.http.Page;
import app.spine.http.TypeId;
import app.spine.tenancy.CurrentTenant;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The list of consumers with their keys and use weighed, in one query however many there are. Every method runs in the
 * transaction that its caller opened.
 */
@ApplicationScoped
public class ConsumerOverview {

    /** How many consumers are weighed for one page: the newest that match. About 30 ms of the database's time. */
    public static final int WEIGHED = 500;

    /** How many days of use count. */
    public static final int DAYS = 7;

    private static final String LIST = "consumer-overview";

    private static final Pattern KEY = Pattern.compile("(?:spine_(?:live|test)_)?([0-9A-Za-z]{4})[0-9A-Za-z]*");

    private final DataSource dataSource;
    private final CurrentTenant tenant;
    private final Clock clock;

    ConsumerOverview(DataSource dataSource, CurrentTenant tenant, Clock clock) {
        this.dataSource = dataSource;
        this.tenant = tenant;
        this.clock = clock;
    }

    /**
     * One page.
     *
     * @param after the {@code next} of the page before; null for the first
     */
    public Page<ConsumerSummary> list(ConsumerFilter filter, @Nullable String after, int limit) throws SQLException {
        UUID last = Page.after(after, LIST, filter.fingerprint()).orElse(null);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql(filter))) {
            bind(statement, filter, last, limit);
            List<ConsumerSummary> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(summary(row));
                }
            }
            return Page.of(found, limit, LIST, filter.fingerprint(), ConsumerSummary::uuid, view -> view);
        }
    }

    // Sorted by what is computed of all of them, so that the place of a page is found by the rank of its last consumer.
    private static String sql(ConsumerFilter filter) {
        return """
            with considered as (
                select c.id, c.name, c.owner_name, c.environment, c.status, c.scopes_requested_at is not null as waiting,
                    least(coalesce(c.burst_requests, t.burst_requests),
                        coalesce(c.sustained_requests, t.sustained_requests)) as smallest_limit
                from api_consumers c
                join tenants t on t.id = c.tenant_id
                where c.tenant_id = ? and (?::text is null or c.environment = ?)
                    and (?::text is null or position(? in lower(c.name || ' ' || c.owner_name || ' ' || c.owner_email)) > 0
                        or exists (select from api_keys k where k.tenant_id = c.tenant_id and k.consumer_id = c.id
                            and k.hint_start = ?))
                order by c.id desc
                limit %d),
            weighed as (
                select c.*, k.*, u.*
                from considered c
                cross join lateral (
                    select count(*) filter (where live)::integer as live_keys,
                        coalesce(bool_or(live and replaced), false) as rotating,
                        coalesce(bool_or(live and from_page), false) as exposed,
                        min(created_at) filter (where live) as oldest_key,
                        min(expires_at) filter (where live) as next_expiry, max(last_used_at) as last_call_at
                    from (
                        select k.created_at, k.expires_at, k.replaced_by is not null as replaced, l.last_used_at,
                            o.key_id is not null as from_page,
                            k.revoked_at is null and (k.expires_at is null or k.expires_at > ?) as live
                        from api_keys k
                        left join api_key_use l on l.tenant_id = k.tenant_id and l.key_id = k.id
                        left join api_key_origins o on o.tenant_id = k.tenant_id and o.key_id = k.id
                        where k.tenant_id = ? and k.consumer_id = c.id) as keys) as k
                cross join lateral (
                    select coalesce(sum(requests), 0)::bigint as calls,
                        coalesce(sum(requests) filter (where status_class >= 4), 0)::bigint
                            - coalesce(sum(limited), 0)::bigint as errors,
                        coalesce(sum(limited), 0)::bigint as limited, min(lowest_limit_left) as lowest_left,
                        max(day) as last_day
                    from api_usage where tenant_id = ? and consumer_id = c.id and day >= ?) as u),
            ranked as (
                select *, row_number() over (order by %s, id) as place from weighed where %s)
            select * from ranked
            where place > coalesce((select place from ranked where id = ?), 0)
            order by place
            limit ?""".formatted(WEIGHED, filter.sort().order, filter.state() == null ? "true" : filter.state().condition);
    }

    private void bind(PreparedStatement statement, ConsumerFilter filter, @Nullable UUID last, int limit)
            throws SQLException {
        UUID academy = tenant.require().id();
        Instant now = clock.instant();
        String environment =
                filter.environment() == null ? null : filter.environment().wire();
        String text = filter.text() == null ? null : filter.text().toLowerCase(Locale.ROOT);
        int i = 0;
        statement.setObject(++i, academy);
        statement.setString(++i, environment);
        statement.setString(++i, environment);
        statement.setString(++i, text);
        statement.setString(++i, text);
        statement.setString(++i, hint(filter.text()));
        statement.setObject(++i, now.atOffset(ZoneOffset.UTC));
        statement.setObject(++i, academy);
        statement.setObject(++i, academy);
        statement.setObject(++i, LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(DAYS - 1));
        statement.setObject(++i, last);
        statement.setInt(++i, limit + 1);
    }

    /** The first letters of a key, as they are kept for people; null for what is no beginning of one. */
    private static @Nullable String hint(@Nullable String text) {
        Matcher key = KEY.matcher(text == null ? "" : text);
        return key.matches() ? key.group(1) : null;
    }

    private static ConsumerSummary summary(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        return new ConsumerSummary(
                TypeId.format("consumer", id),
                id,
                row.getString("name"),
                row.getString("owner_name"),
                row.getString("environment"),
                row.getString("status"),
                row.getBoolean("waiting"),
                row.getInt("live_keys"),
                row.getBoolean("rotating"),
                row.getBoolean("exposed"),
                instant(row, "oldest_key"),
                instant(row, "next_expiry"),
                instant(row, "last_call_at"),
                row.getObject("last_day", LocalDate.class),
                row.getLong("calls"),
                row.getLong("errors"),
                row.getLong("limited"),
                row.getObject("lowest_left", Long.class),
                row.getInt("smallest_limit"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
