package app.spine.demo;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import app.spine.consumers.Peppers;
import app.spine.consumers.Scope;
import app.spine.events.Subject;
import app.spine.http.TypeId;
import app.spine.setup.AcademySql;
import app.spine.setup.FirstConsumer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes what makes an academy's contracts worth looking at: a rotation under way, a key that ends soon, a suspended
 * consumer, scopes that wait for approval or that nobody uses, and two weeks of calls. The keys here are nobody's: their
 * texts are forgotten as they are made.
 */
final class DemoContracts {

    // As many days as the usage page shows at a glance.
    private static final int DAYS = 14;

    private static final String PARTITIONS =
            "select make_request_partition(day::date) from generate_series(?::date, ?::date, interval '1 day') as day";

    // Fewer calls on some days than on others, from opening to closing time; of twenty, one finds nothing and one a day
    // comes too fast. Ids of version 7, since the log is in their order.
    private static final String CALLS = """
            insert into api_requests (tenant_id, id, occurred_at, consumer_id, key_id, operation, method, path, scopes,
                status, code, latency_us, bytes_in, bytes_out, limit_left, address, agent, count)
            select ?, (left(uuid_v7_floor(at)::text, 14) || '7' || substr(random, 1, 3) || '-a' || substr(random, 4, 3)
                    || '-' || substr(random, 7, 12))::uuid,
                at, ?, ?, case when found then ? else 'readMember' end, 'GET',
                case when found then ? else '/v1/members/member_00000000000000000000000000' end, ?,
                case when hurried then 429 when found then 200 else 404 end,
                case when hurried then 'rate_limited' when not found then 'not_found' end,
                900 + n * 37 % 4000, 0, case when found then 2400 + n * 13 % 900 else 310 end,
                case when hurried then 0 else 3 + n % 15 end, '203.0.113.24', ?, case when hurried then 4 else 1 end
            from generate_series(0, ?) as d, generate_series(1, ?::integer - d * 7 % 5 * 6) as n
            cross join lateral (select
                ?::timestamptz - make_interval(days => d, secs => n * 290) as at,
                n % 20 <> 0 as found, n = 7 as hurried, md5(d || ' ' || n || ' ' || gen_random_uuid()) as random) as one""";

    private final Connection connection;
    private final AcademySql academies;
    private final Peppers peppers;
    private final Optional<String> issuer;
    private final OffsetDateTime now;
    private final SecureRandom random = new SecureRandom();

    DemoContracts(Connection connection, Clock clock, AcademySql academies, Peppers peppers, Optional<String> issuer) {
        this.connection = connection;
        this.academies = academies;
        this.peppers = peppers;
        this.issuer = issuer;
        this.now = clock.instant().atOffset(ZoneOffset.UTC);
    }

    void make(UUID tenant) throws SQLException {
        UUID admin = academies.findConsumer(tenant, DemoConsumer.ADMIN.title).orElseThrow();
        UUID memberApp =
                academies.findConsumer(tenant, DemoConsumer.MEMBER_APP.title).orElseThrow();
        UUID partner =
                academies.findConsumer(tenant, DemoConsumer.PARTNER.title).orElseThrow();
        LocalDate today = now.toLocalDate();
        execute(PARTITIONS, today.minusDays(DAYS), today);
        rotation(tenant);
        endingKey(tenant);
        inPage(tenant);
        suspended(tenant);
        waiting(tenant, admin);
        calls(tenant, memberApp, null, 150, "listMembers", "/v1/members", "MemberApp/4.2");
        calls(tenant, partner, null, 60, "readOwnConsumer", "/v1/consumer", "partner-widgets/1.9");
        // Held for so long that what no call took is listed as unused.
        execute("update api_scope_grants set granted_at = ? where tenant_id = ?", now.minusDays(60), tenant);
        execute(
                "update api_consumers set contract_agreed_at = ?, contract_agreed_by = ? where tenant_id = ? and id = ?",
                now.minusDays(60),
                TypeId.format("consumer", admin),
                tenant,
                partner);
        if (issuer.isPresent()) {
            client(tenant, partner, issuer.get());
        }
    }

    /** The new key is in use, and one screen at the front desk still has the old one. */
    private void rotation(UUID tenant) throws SQLException {
        UUID desk = consumer(tenant, "Front desk screens", Scope.MEMBERS_READ);
        UUID before = key(tenant, desk, now.minusDays(200));
        UUID after = key(tenant, desk, now.minusHours(5));
        execute(
                "update api_keys set replaced_by = ?, expires_at = ? where tenant_id = ? and id = ?",
                after,
                now.plusHours(20),
                tenant,
                before);
        execute(
                "update api_keys set replaces = ?, first_used_at = ? where tenant_id = ? and id = ?",
                before,
                now.minusHours(4),
                tenant,
                after);
        lastUse(tenant, before, now.minusMinutes(12), "203.0.113.31", "desk-screen/1.0");
        lastUse(tenant, after, now.minusMinutes(1), "203.0.113.30", "desk-screen/1.1");
        calls(tenant, desk, after, 40, "listMembers", "/v1/members", "desk-screen/1.1");
        audit(tenant, desk, "consumer.key_rotated", new Note(TypeId.format("key", after)));
        audit(tenant, desk, "consumer.key_first_used", new Note(TypeId.format("key", after)));
    }

    private void endingKey(UUID tenant) throws SQLException {
        UUID newsletter = consumer(tenant, "Newsletter sync", Scope.MEMBERS_READ, Scope.MEMBERS_CONTACT_READ);
        UUID key = key(tenant, newsletter, now.minusDays(84));
        OffsetDateTime end = now.plusDays(6);
        execute(
                "update api_keys set expires_at = ?, latest_expires_at = ? where tenant_id = ? and id = ?",
                end,
                end,
                tenant,
                key);
        for (int days : new int[] {30, 7}) {
            execute(
                    "insert into api_key_reminders (tenant_id, key_id, days, sent_at) values (?, ?, ?, ?)",
                    tenant,
                    key,
                    (short) days,
                    end.minusDays(days));
            audit(tenant, newsletter, "consumer.key_expiring", new Note(TypeId.format("key", key)));
        }
    }

    /** Somebody put a key into the page itself, where every visitor can read it. */
    private void inPage(UUID tenant) throws SQLException {
        UUID widget = consumer(tenant, "Trial class widget", Scope.BOOKINGS_READ);
        UUID key = key(tenant, widget, now.minusDays(30));
        execute(
                "insert into api_key_origins (tenant_id, key_id, host, first_seen_at, last_seen_at) values (?, ?, ?, ?, ?)",
                tenant,
                key,
                "trial.harbour.example",
                now.minusDays(3),
                now.minusMinutes(40));
    }

    private void suspended(UUID tenant) throws SQLException {
        UUID site = consumer(tenant, "Old website", Scope.MEMBERS_READ);
        UUID key = key(tenant, site, now.minusDays(400));
        lastUse(tenant, key, now.minusDays(9), "203.0.113.77", "curl/7.88.1");
        execute(
                "update api_consumers set status = 'suspended', version = 1, updated_at = ? where tenant_id = ? and id = ?",
                now,
                tenant,
                site);
        audit(tenant, site, "consumer.suspended", new Note(TypeId.format("consumer", site)));
    }

    private void waiting(UUID tenant, UUID admin) throws SQLException {
        UUID app = consumer(tenant, "Parents' app", Scope.MEMBERS_READ);
        execute(
                """
                update api_consumers set scopes_pending = ?, scopes_requested_by = ?, scopes_requested_at = ?
                where tenant_id = ? and id = ?""",
                connection.createArrayOf("text", new Object[] {Scope.MEMBERS_MINOR_READ.wire()}),
                TypeId.format("consumer", admin),
                now.minusDays(1),
                tenant,
                app);
    }

    /** Unless another academy's consumer has the client already. */
    private void client(UUID tenant, UUID consumer, String provider) throws SQLException {
        execute("""
                update api_consumers set oauth_issuer = ?, oauth_client_id = 'harbour-partner-widgets'
                where tenant_id = ? and id = ? and not exists (
                    select from oauth_client_claims where issuer = ? and client_id = 'harbour-partner-widgets')""", provider, tenant, consumer, provider);
        audit(tenant, consumer, "consumer.client_bound", new Note(TypeId.format("consumer", consumer)));
    }

    private UUID consumer(UUID tenant, String name, Scope... scopes) throws SQLException {
        return academies.consumer(
                tenant, new FirstConsumer(name, "Platform", "platform@example.com", List.of(scopes), 20, 600));
    }

    private UUID key(UUID tenant, UUID consumer, OffsetDateTime createdAt) throws SQLException {
        UUID id = academies.key(tenant, consumer, KeyText.generate(Environment.LIVE, random), peppers);
        execute("update api_keys set created_at = ? where tenant_id = ? and id = ?", createdAt, tenant, id);
        return id;
    }

    private void lastUse(UUID tenant, UUID key, OffsetDateTime at, String address, String agent) throws SQLException {
        execute("""
                insert into api_key_use (tenant_id, key_id, last_used_at, address, operation, agent)
                values (?, ?, ?, ?, 'listMembers', ?)""", tenant, key, at, address, agent);
    }

    private void calls(
            UUID tenant, UUID consumer, @Nullable UUID key, int aDay, String operation, String path, String agent)
            throws SQLException {
        execute(CALLS, tenant, consumer, key, operation, path, Scope.MEMBERS_READ.wire(), agent, DAYS - 1, aDay, now);
    }

    private void audit(UUID tenant, UUID consumer, String event, Note after) throws SQLException {
        Subject subject = new Subject("consumer", TypeId.format("consumer", consumer));
        academies.audit(List.of(academies.entry(tenant, event, subject, after)));
    }

    private void execute(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    /** What the demo's records say of a change: what it was of. */
    @RegisterForReflection
    record Note(String id) {}
}
