package app.spine.members;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.http.TypeId;
import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.Stopwatch;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Searching an academy far larger than any: by index, whatever is asked for, and soon. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class MemberSearchTest {

    private static final int CROWD = 20_000;

    // A hundred times what it takes on a quiet machine.
    private static final Duration SANE = Duration.ofSeconds(2);

    /** A column and an operator in front of a parameter. */
    private static final Pattern PARAMETER = Pattern.compile("([a-z_]+)\\s*(=|<=|>=|<|>)\\s*\\?");

    private static final UUID HOUSEHOLD = new UUID(0, 7);

    private static @Nullable Academy crowd;

    /** Only read by the tests, so one for all. */
    @BeforeAll
    static void gather() {
        Academy academy = Academy.open();
        UUID id = academy.id();
        Academy.execute("""
                insert into members (tenant_id, id, legal_name, date_of_birth, status, created_at, updated_at)
                select ?, ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid,
                       'Given' || i % 211 || ' Family' || i % 1999, date '1970-01-01' + i % 9000,
                       case when i % 4 = 0 then 'lapsed' else 'active' end, now(), now()
                from generate_series(1, ?) as i""", id, CROWD);
        // In an academy alone in its database, reading all of it is the right plan for many a search.
        Academy.execute("""
                insert into members (tenant_id, id, legal_name, status, created_at, updated_at)
                select ?, gen_random_uuid(), 'Neighbour', 'active', now(), now()
                from generate_series(1, ?) as i""", Academy.open().id(), 3 * CROWD);
        Academy.execute("""
                insert into member_contacts (tenant_id, member_id, position, type, value, normalised)
                select m.tenant_id, m.id, 0, 'email', e, e
                from (select *, row_number() over (order by id) as i from members where tenant_id = ?) m,
                     lateral (select 'user' || i || '@example.com' as e)
                union all
                select m.tenant_id, m.id, 1, 'phone', p, p
                from (select *, row_number() over (order by id) as i from members where tenant_id = ?) m,
                     lateral (select '+614' || lpad(i::text, 8, '0') as p)""", id, id);
        Academy.execute("""
                insert into member_search_tokens (tenant_id, member_id, token)
                select m.tenant_id, m.id, token
                from (select *, row_number() over (order by id) as i from members where tenant_id = ?) m,
                     lateral unnest(array['given' || i % 211, 'family' || i % 1999, 'user' || i,
                                          'user' || i || '@example.com', '614' || lpad(i::text, 8, '0'),
                                          '04' || lpad(i::text, 8, '0'), '4' || lpad(i::text, 8, '0')]) as token""", id);
        Academy.execute("""
                insert into households (tenant_id, id, name, created_at, updated_at)
                select ?, ('00000000-0000-0000-0000-' || lpad(to_hex(i), 12, '0'))::uuid, 'H', now(), now()
                from generate_series(1, ?) as i""", id, CROWD / 4);
        Academy.execute("""
                insert into household_members (tenant_id, household_id, member_id, role, since)
                select m.tenant_id, ('00000000-0000-0000-0000-' || lpad(to_hex((i + 3) / 4), 12, '0'))::uuid, m.id,
                       'adult', current_date
                from (select *, row_number() over (order by id) as i from members where tenant_id = ?) m""", id);
        for (String table :
                List.of("members", "member_contacts", "member_search_tokens", "households", "household_members")) {
            Academy.execute("analyze " + table);
        }
        crowd = academy;
    }

    @ParameterizedTest
    @CsvSource({
        "q, family1234, 10, member_search_tokens_by_token",
        "q, given71 family7, -1, member_search_tokens_by_token",
        "q, user19999@example.com, 1, member_search_tokens_by_token",
        "q, 0400019999, 1, member_search_tokens_by_token",
        "q, nobody, 0, member_search_tokens_by_token",
        "q, given, 50, member_search_tokens",
        "q, g f u 0 4, 50, member_search_tokens",
        "email, user19999@example.com, 1, member_contacts_by_value",
        "email, nobody@example.com, 0, member_contacts_by_value",
        "phone, +61400019999, 1, member_contacts_by_value",
        "phone, +61491570156, 0, member_contacts_by_value",
        "household_id, 7, 4, household_members",
        "status, active, 50, members",
    })
    void findsByIndexAndSoon(String filter, String value, int found, String index) throws SQLException {
        MemberApi api = MemberApi.ofEverything(academy());
        Map<String, String> parameters =
                Map.of(filter, filter.equals("household_id") ? TypeId.format("household", HOUSEHOLD) : value);
        List<List<String>> pages = new ArrayList<>();

        Stopwatch stopwatch = Stopwatch.start();
        String sql = SentSql.during(() -> pages.add(api.found(parameters))).stream()
                .filter(sent -> sent.contains("from members"))
                .findFirst()
                .orElseThrow();

        assertThat(stopwatch.elapsed()).isLessThan(SANE);
        if (found >= 0) {
            assertThat(pages.getFirst()).hasSize(found);
        }
        // The best index for these values; any index for any values, as nobody knows then which word is rare.
        String plan = plan(sql, value);
        assertThat(plan).as(sql).contains(index);
        assertThat(List.of(plan, genericPlan(sql)))
                .as(sql)
                .noneMatch(each -> each.contains("Seq Scan on member") || each.contains("Seq Scan on household"));
    }

    @Test
    void findsAsSoonWhatAllButTheLastPageHaveSkipped() {
        MemberApi api = MemberApi.ofEverything(academy());
        Stopwatch stopwatch = Stopwatch.start();
        // Two words that stand in many names and never in the same.
        assertThat(api.found(Map.of("q", "given0 given1"))).hasSizeLessThan(51);
        assertThat(api.found(Map.of("q", "family1 0400000001"))).hasSize(1);
        assertThat(stopwatch.elapsed()).isLessThan(SANE);
    }

    private static Academy academy() {
        return java.util.Objects.requireNonNull(crowd);
    }

    /** As it is planned for these values, by the role the application runs under. */
    private static String plan(String sql, String value) throws SQLException {
        String[] terms = value.split(" ", -1);
        Matcher parameter = PARAMETER.matcher(sql);
        StringBuilder withValues = new StringBuilder();
        int term = 0;
        while (parameter.find()) {
            String column = parameter.group(1);
            String operator = parameter.group(2);
            String literal = switch (column) {
                case "tenant_id" -> academy().id().toString();
                case "household_id" -> HOUSEHOLD.toString();
                case "token" -> operator.equals(">=") ? terms[term] : terms[term++] + "\uDBFF\uDFFF";
                case "id" -> new UUID(0, 0).toString();
                case "normalised", "status" -> value;
                default -> throw new AssertionError("a parameter of " + column + " is new: " + sql);
            };
            parameter.appendReplacement(
                    withValues, Matcher.quoteReplacement(column + " " + operator + " '" + literal + "'"));
        }
        parameter.appendTail(withValues);
        return explain("", withValues.toString().replace("?", "51"));
    }

    /** As it is planned for any values, which the driver's prepared statements may come to. */
    private static String genericPlan(String sql) throws SQLException {
        StringBuilder numbered = new StringBuilder();
        String[] pieces = sql.split("\\?", -1);
        for (int i = 0; i < pieces.length; i++) {
            numbered.append(i == 0 ? "" : "$" + i).append(pieces[i]);
        }
        String nulls = "null,".repeat(pieces.length - 2) + "null";
        return explain(
                "set local plan_cache_mode = force_generic_plan; prepare generic as " + numbered + ";",
                "execute generic(" + nulls + ")");
    }

    private static String explain(String before, String sql) throws SQLException {
        try (Connection app = EmbeddedDatabaseResource.connectAsApp()) {
            app.setAutoCommit(false);
            try (PreparedStatement enter = app.prepareStatement("select set_config('spine.tenant', ?, true)")) {
                enter.setString(1, academy().id().toString());
                enter.execute();
            }
            StringBuilder plan = new StringBuilder();
            try (var statement = app.createStatement()) {
                if (!before.isEmpty()) {
                    statement.execute(before);
                }
                try (ResultSet lines = statement.executeQuery("explain " + sql)) {
                    while (lines.next()) {
                        plan.append(lines.getString(1)).append('\n');
                    }
                }
            }
            return plan.toString();
        }
    }
}
