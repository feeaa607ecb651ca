package app.spine.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What native SQL under the application's role sees and may write, whatever the program above it asks. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class RowLevelSecurityTest {

    private static final String REFUSED = "42501";

    /** Tables that {@link Records} fills; those that come later are looped over as well, full or not. */
    private static final List<String> FILLED = List.of(
            "api_consumers",
            "api_keys",
            "api_requests",
            "audit_log",
            "audit_reviews",
            "audit_values",
            "household_members",
            "households",
            "member_contacts",
            "member_search_tokens",
            "members");

    @Test
    void showsNoRowOfAnyTableWithoutATenant() throws SQLException {
        Records.make();
        assertThat(Academy.query("select count(*) from members").getFirst()).isNotEqualTo(0L);
        try (Connection app = EmbeddedDatabaseResource.connectAsApp()) {
            Map<String, Long> rows = countRows(app, readableTables(app), "true");
            assertThat(rows).containsKeys(FILLED.toArray(String[]::new)).containsKey("tenants");
            assertThat(rows.values()).containsOnly(0L);
        }
    }

    @Test
    void showsNoRowForAnEmptyTenant() throws SQLException {
        Records.make();
        try (Connection app = EmbeddedDatabaseResource.connectAsApp();
                Statement statement = app.createStatement()) {
            statement.execute("select set_config('spine.tenant', '', false)");
            assertThat(countRows(app, readableTables(app), "true").values()).containsOnly(0L);
        }
    }

    @Test
    void showsATenantItsOwnRowsAndNoOther() throws SQLException {
        Records own = Records.make();
        Records other = Records.make();
        try (Connection app = EmbeddedDatabaseResource.connectAsApp()) {
            app.setAutoCommit(false);
            RowLevelSecurity.enter(app, tenant(own));
            List<String> tables = readableTables(app);
            tables.remove("tenants");
            assertThat(countRows(app, tables, "tenant_id = '" + own.academy().id() + "'"))
                    .allSatisfy((table, rows) -> {
                        if (FILLED.contains(table)) {
                            assertThat(rows).as(table).isPositive();
                        }
                    });
            assertThat(countRows(app, tables, "tenant_id <> '" + own.academy().id() + "'")
                            .values())
                    .containsOnly(0L);
            assertThat(countRows(app, tables, "tenant_id = '" + other.academy().id() + "'")
                            .values())
                    .containsOnly(0L);
        }
    }

    @Test
    void showsAnAcademyItselfAndItsSandboxOnly() throws SQLException {
        Academy academy = Academy.open();
        Academy.open();
        try (Connection app = EmbeddedDatabaseResource.connectAsApp()) {
            app.setAutoCommit(false);
            RowLevelSecurity.enter(app, new Tenant(academy.id(), ZoneOffset.UTC));
            assertThat(ids(app, "select id from tenants")).containsExactlyInAnyOrder(academy.id(), academy.sandboxId());
            app.rollback();
            RowLevelSecurity.enter(app, new Tenant(academy.sandboxId(), ZoneOffset.UTC));
            assertThat(ids(app, "select id from tenants")).containsExactly(academy.sandboxId());
        }
    }

    @Test
    void refusesToInsertForAnotherTenant() throws SQLException {
        Records own = Records.make();
        UUID other = Academy.open().id();
        assertRefused(
                own,
                "insert into members (tenant_id, id, legal_name, status, created_at, updated_at)"
                        + " values ('%s', gen_random_uuid(), 'Eve', 'active', now(), now())",
                other);
        assertRefused(
                own,
                "insert into audit_log (tenant_id, id, occurred_at, event, actor_kind, actor_id, entity_kind, entity_id,"
                        + " source_workflow) values ('%s', gen_random_uuid(), now(), 'member.created', 'system', 'x',"
                        + " 'member', 'x', 'members')",
                other);
        assertRefused(
                own,
                "insert into api_consumers select '%s'::uuid, gen_random_uuid(), name, owner_name, owner_email,"
                        + " environment, purpose, scopes, scopes_pending, burst_requests, burst_seconds,"
                        + " sustained_requests, sustained_seconds, monthly_quota, contract_version, status, created_at,"
                        + " updated_at, version from api_consumers",
                other);
        // The same statement for its own tenant goes through, so it was the tenant that was refused.
        assertThat(tryInTenant(
                        own,
                        "insert into members (tenant_id, id, legal_name, status, created_at, updated_at) values ('"
                                + own.academy().id() + "', gen_random_uuid(), 'Adam', 'active', now(), now())"))
                .isEqualTo(1);
    }

    @Test
    void refusesToMoveARowToAnotherTenant() {
        Records own = Records.make();
        assertRefused(
                own, "update households set tenant_id = '%s'", Academy.open().id());
    }

    @Test
    void changesNoRowOfAnotherTenant() throws SQLException {
        Records own = Records.make();
        Records other = Records.make();
        String others = " where tenant_id = '" + other.academy().id() + "'";
        assertThat(tryInTenant(own, "update members set legal_name = 'Eve'" + others))
                .isZero();
        assertThat(tryInTenant(own, "delete from member_contacts" + others)).isZero();
    }

    @Test
    void cannotBeSwitchedOffByTheApplication() throws SQLException {
        Records own = Records.make();
        try (Connection app = EmbeddedDatabaseResource.connectAsApp();
                Statement statement = app.createStatement()) {
            statement.execute("set row_security = off");
            assertThatThrownBy(() -> statement.executeQuery("select * from members"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(REFUSED));
            statement.execute("reset row_security");
            assertThatThrownBy(() -> statement.execute("alter table members disable row level security"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(REFUSED));
        }
        assertRefused(
                own,
                "insert into tenants (id, slug, name, zone) values ('%s', 'mine', 'Mine', 'UTC')",
                UUID.randomUUID());
    }

    @Test
    void entersATenantInsideATransactionOnly() throws SQLException {
        try (Connection app = EmbeddedDatabaseResource.connectAsApp()) {
            assertThatThrownBy(() -> RowLevelSecurity.enter(app, Tenant.NOBODY))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static void assertRefused(Records own, String sql, UUID value) {
        assertThatThrownBy(() -> tryInTenant(own, sql.formatted(value)))
                .as(sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(REFUSED));
    }

    /** Rolled back, so that the next statement meets the same rows. */
    private static int tryInTenant(Records records, String sql) throws SQLException {
        try (Connection app = EmbeddedDatabaseResource.connectAsApp();
                Statement statement = app.createStatement()) {
            app.setAutoCommit(false);
            RowLevelSecurity.enter(app, tenant(records));
            int rows = statement.executeUpdate(sql);
            app.rollback();
            return rows;
        }
    }

    private static Tenant tenant(Records records) {
        return new Tenant(records.academy().id(), ZoneOffset.UTC);
    }

    private static List<String> readableTables(Connection app) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = app.createStatement();
                ResultSet row = statement.executeQuery(
                        "select relname from pg_class where relrowsecurity and has_table_privilege(oid, 'select')")) {
            while (row.next()) {
                tables.add(row.getString(1));
            }
        }
        return tables;
    }

    private static Map<String, Long> countRows(Connection app, List<String> tables, String condition)
            throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        for (String table : tables) {
            try (PreparedStatement statement =
                            app.prepareStatement("select count(*) from " + table + " where " + condition);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                counts.put(table, row.getLong(1));
            }
        }
        return counts;
    }

    private static List<UUID> ids(Connection app, String sql) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        try (Statement statement = app.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                ids.add(row.getObject(1, UUID.class));
            }
        }
        return ids;
    }
}
