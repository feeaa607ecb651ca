package app.spine.tenancy;

import static app.spine.testsupport.Academy.query;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every table, function and right of the schema keeps to, whoever adds the next one. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class SchemaTest {

    /** The database hides rows by this comparison; anything cleverer needs a reason in a test of its own. */
    private static final String OF_TENANT =
            "(tenant_id = ( SELECT (NULLIF(current_setting('spine.tenant'::text, true), ''::text))::uuid AS \"nullif\"))";

    // Partitions are reached through their parent only (holdsNoRightOnAPartition), whose policies apply.
    private static final String TENANT_TABLES = """
            select c.oid, c.relname, c.relrowsecurity from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                and exists (select from pg_attribute a
                    where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)""";

    private static final String APP =
            String.valueOf(EmbeddedDatabaseResource.properties().get("quarkus.datasource.username"));

    @Test
    void knowsWhichTablesBelongToTenants() {
        // The other tests loop over this list, so an empty one would let them all pass.
        assertThat(query("select relname from (" + TENANT_TABLES + ") t"))
                .contains("members", "api_consumers", "api_keys", "api_requests", "audit_log", "audit_values");
    }

    /**
     * The mark says how far the log of all tenants is counted, and nothing of any of them; the claims say which clients of
     * the OIDC provider are taken, and not by whom.
     */
    @Test
    void givesEveryTableATenantOrIsTheListOfTenants() {
        assertThat(query("""
                        select c.relname from pg_class c
                        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'm', 'v', 'f')
                            and c.relname not in (select relname from (%s) t)
                            and not c.relispartition
                        order by 1""".formatted(TENANT_TABLES)))
                .containsExactly("api_usage_mark", "flyway_schema_history", "oauth_client_claims", "tenants");
    }

    @Test
    void protectsEveryTenantTableByRowLevelSecurity() {
        assertThat(query("select relname from (" + TENANT_TABLES + ") t where not relrowsecurity"))
                .isEmpty();
        assertThat(query("select relrowsecurity from pg_class where oid = 'tenants'::regclass"))
                .containsExactly(true);
    }

    @Test
    void comparesTheTenantInEveryPolicy() {
        assertThat(query("""
                        select relname from (%s) t
                        where not exists (select from pg_policy p where p.polrelid = t.oid and p.polcmd in ('r', '*')
                            and pg_get_expr(p.polqual, p.polrelid) = ?)""".formatted(TENANT_TABLES), OF_TENANT)).isEmpty();
        // Permissive policies are joined by OR: one that says less than the others would open the table. The request
        // log takes rows of every tenant, and an academy sees its own sandbox.
        assertThat(query("""
                        select polname from pg_policy
                        where pg_get_expr(polqual, polrelid) is distinct from ?
                            or pg_get_expr(polwithcheck, polrelid) is not null
                        order by 1""", OF_TENANT)).containsExactly("api_requests_append", "tenants_own");
    }

    @Test
    void beginsEveryKeyOfATenantTableWithTheTenant() {
        assertThat(query("""
                        select i.indexrelid::regclass::text from pg_index i join (%s) t on t.oid = i.indrelid
                        where (i.indisunique or i.indisprimary) and (select attname from pg_attribute
                            where attrelid = i.indrelid and attnum = i.indkey[0]) is distinct from 'tenant_id'""".formatted(TENANT_TABLES))).isEmpty();
        assertThat(query("""
                        select relname from (%s) t
                        where not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)""".formatted(TENANT_TABLES))).isEmpty();
    }

    @Test
    void beginsEveryReferenceOfATenantTableWithTheTenant() {
        assertThat(query("""
                        select f.conname from pg_constraint f join (%s) t on t.oid = f.conrelid
                        where f.contype = 'f'
                            and ((select attname from pg_attribute where attrelid = f.conrelid and attnum = f.conkey[1])
                                    is distinct from 'tenant_id'
                                or (select attname from pg_attribute
                                    where attrelid = f.confrelid and attnum = f.confkey[1]) is distinct from
                                    case when f.confrelid = 'tenants'::regclass then 'id' else 'tenant_id' end)""".formatted(TENANT_TABLES))).isEmpty();
    }

    @Test
    void runsTheApplicationUnderARoleThatCannotPassTheRules() {
        assertThat(query("""
                        select concat_ws(' ', rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication)
                        from pg_roles where rolname = ?""", APP)).containsExactly("f f f f f");
        assertThat(query("select roleid::regrole::text from pg_auth_members where member = ?::text::regrole", APP))
                .isEmpty();
        assertThat(query("select has_schema_privilege(?, 'public', 'create')", APP))
                .containsExactly(false);
    }

    @Test
    void letsTheApplicationOwnNothing() {
        assertThat(query("""
                        select 'relation ' || relname from pg_class where relowner = ?::text::regrole
                        union all select 'function ' || proname from pg_proc where proowner = ?::text::regrole
                        union all select 'schema ' || nspname from pg_namespace where nspowner = ?::text::regrole
                        union all select 'type ' || typname from pg_type where typowner = ?::text::regrole""", APP, APP, APP, APP)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"api_requests", "audit_log", "audit_values", "audit_reviews"})
    void onlyAppendsToTheTrail(String table) {
        assertThat(rightsOf(table)).containsExactlyInAnyOrder("insert", "select");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flyway_schema_history", "api_usage", "api_usage_mark"})
    void writesNoTableThatOnlyTheOwnerFills(String table) {
        assertThat(rightsOf(table)).doesNotContain("insert", "update", "delete", "truncate");
    }

    @Test
    void changesOfATenantItsRulesAlone() {
        assertThat(rightsOf("tenants")).containsExactlyInAnyOrder("select", "update");
        assertThat(query("""
                        select attname::text from pg_attribute
                        where attrelid = 'tenants'::regclass and attnum > 0 and not attisdropped
                            and has_column_privilege(?, attrelid, attnum, 'update')
                        order by 1""", APP))
                .containsExactly(
                        "burst_requests",
                        "burst_seconds",
                        "max_key_age_days",
                        "monthly_quota",
                        "sustained_requests",
                        "sustained_seconds");
    }

    @Test
    void showsTheApplicationNoneOfTheClaimsOnClients() {
        assertThat(rightsOf("oauth_client_claims")).isEmpty();
    }

    @Test
    void neverHoldsMoreThanRowRights() {
        assertThat(query("""
                        select c.relname || ' ' || r from pg_class c, unnest(array['truncate', 'references', 'trigger']) r
                        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                            and has_table_privilege(?, c.oid, r)""", APP)).isEmpty();
    }

    @Test
    void holdsNoRightOnAPartition() {
        assertThat(query("select relname from pg_class where relispartition and relkind = 'r'"))
                .contains("api_requests_default")
                .hasSizeGreaterThan(7);
        assertThat(query("""
                        select c.relname || ' ' || r
                        from pg_class c, unnest(array['select', 'insert', 'update', 'delete']) r
                        where c.relispartition and c.relkind = 'r' and (has_table_privilege(?, c.oid, r)
                            or case when r <> 'delete' then has_any_column_privilege(?, c.oid, r) end)""", APP, APP)).isEmpty();
    }

    @Test
    void crossesTenantsByAClosedListOfFunctions() {
        assertThat(query("""
                        select proname::text from pg_proc
                        where prosecdef and pronamespace <> 'pg_catalog'::regnamespace order by 1"""))
                .containsExactly(
                        "claim_oauth_client",
                        "count_usage",
                        "due_key_reminders",
                        "expire_requests",
                        "expire_usage",
                        "find_academy",
                        "find_client",
                        "find_key",
                        "make_request_partition",
                        "record_key_origins",
                        "record_key_use",
                        "sweep_idempotency_keys",
                        "sweep_portal_sessions");
        assertThat(query("""
                        select proname from pg_proc
                        where prosecdef and pronamespace <> 'pg_catalog'::regnamespace
                            and (coalesce(array_to_string(proconfig, ';'), '') <>
                                    'search_path=pg_catalog, public, pg_temp'
                                or exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) a
                                    where a.grantee = 0))""")).isEmpty();
    }

    private static List<@Nullable Object> rightsOf(String table) {
        return query("""
                select r from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) r
                where has_table_privilege(?, ?::text::regclass, r)
                    or case when r in ('select', 'insert', 'update')
                        then has_any_column_privilege(?, ?::text::regclass, r) end""", APP, table, APP, table);
    }
}
