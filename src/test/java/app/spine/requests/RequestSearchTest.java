package app.spine.requests;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.requests.RequestSearch.Scan;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.Stopwatch;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading a large log: by index, in a bounded number of rows, whatever is asked for, under row-level security. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class RequestSearchTest {

    private static final int ROWS = 240_000;
    private static final int DAYS = 6;

    /** Days that no other test's rows are of, and that no job drops. */
    private static LocalDate firstDay = LocalDate.EPOCH;

    private static final Pattern SCANNED = Pattern.compile("on api_requests.*rows=([0-9.]+) loops=([0-9]+)\\)");
    private static final Pattern REMOVED = Pattern.compile("Rows Removed by (?:Filter|Index Recheck): ([0-9]+)");

    private static @Nullable Academy academy;
    private static @Nullable TestConsumer reader;
    private static @Nullable TestConsumer busy;
    private static @Nullable TestConsumer idle;

    /** Six days of one busy consumer and one that calls once a thousand times, beside a neighbour's. */
    @BeforeAll
    static void fill() {
        firstDay = LocalDate.now(ZoneOffset.UTC).plusDays(300);
        Academy.query(
                "select count(make_request_partition(d::date)) from generate_series(?::date, ?::date, '1 day') as d",
                firstDay,
                firstDay.plusDays(DAYS - 1));
        academy = Academy.open();
        reader = academy.consumer("requests:read");
        busy = academy.consumer();
        idle = academy.consumer();
        insert(academy, busy, idle);
        Academy neighbour = Academy.open();
        insert(neighbour, neighbour.consumer(), neighbour.consumer());
        Academy.execute("analyze api_requests");
    }

    private static void insert(Academy of, TestConsumer often, TestConsumer seldom) {
        Academy.execute(
                """
                insert into api_requests (tenant_id, id, occurred_at, consumer_id, key_id, operation, method, path, status,
                    latency_us, bytes_in, bytes_out, address)
                select ?, (lpad(to_hex(ms), 12, '0') || '7000' || '8000' || lpad(to_hex(i), 12, '0'))::uuid,
                    to_timestamp(ms / 1000.0), case when i %% 1000 = 0 then ? else ? end, case when i %% 1000 = 0 then ? else ? end,
                    case when i %% 5000 = 0 then 'addMember' else 'readMember' end, 'GET', '/v1/members/x',
                    case when i %% 20000 = 0 then 503 when i %% 50 = 0 then 404 else 200 end, 1000, 0, 400, '192.0.2.1'
                from (select i, (extract(epoch from timestamptz '%sT00:00:00Z') * 1000)::bigint
                    + i * (%d * 86400000::bigint / %d) as ms from generate_series(0, %d) as i) as row""".formatted(firstDay, DAYS, ROWS, ROWS - 1),
                of.id(),
                seldom.id(),
                often.id(),
                seldom.keyId(),
                often.keyId());
    }

    /** The rows would slow the tests that come later. */
    @AfterAll
    static void forget() {
        for (int day = 0; day < DAYS; day++) {
            Academy.execute(
                    "drop table api_requests_" + firstDay.plusDays(day).format(DateTimeFormatter.BASIC_ISO_DATE));
        }
    }

    static Stream<Arguments> filters() {
        return Stream.of(
                Arguments.of("everything", filter(null, null, null), "_pkey"),
                Arguments.of("busy consumer", filter("busy", null, null), "consumer_id_id_idx"),
                Arguments.of("idle consumer", filter("idle", null, null), "consumer_id_id_idx"),
                Arguments.of("no such consumer", filter("none", null, null), "consumer_id_id_idx"),
                Arguments.of("rare operation", filter(null, "addMember", null), "_pkey"),
                Arguments.of("no such operation", filter(null, "none", null), "_pkey"),
                Arguments.of("operation of a consumer", filter("busy", "addMember", null), "consumer_id_id_idx"),
                Arguments.of("a status", filter(null, null, "404"), "tenant_id_id_idx"),
                Arguments.of("a class", filter(null, null, "4xx"), "tenant_id_id_idx"),
                Arguments.of("no such status", filter(null, null, "418"), "tenant_id_id_idx"),
                Arguments.of("failures", filter(null, null, "5xx"), "tenant_id_id_idx1"),
                Arguments.of("failures of a consumer", filter("idle", null, "5xx"), "tenant_id_id_idx1"),
                Arguments.of(
                        "operation and status without a hit", filter(null, "addMember", "409"), "tenant_id_id_idx"),
                Arguments.of("successes", filter(null, null, "2xx"), "_pkey"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("filters")
    void looksByIndexAtABoundedNumberOfRows(String name, Wanted wanted, String index) throws SQLException {
        // Without and with a period, of which the one prunes all days but two.
        for (boolean period : List.of(false, true)) {
            RequestFilter filter = wanted.filter(period);
            Scan scan = Scan.of(filter, filter.consumerId(), null, academy().id());
            String plan = plan(scan);
            assertThat(plan)
                    .as(plan)
                    .doesNotContain("Seq Scan")
                    .doesNotContain("->  Sort")
                    .containsPattern(index);
            assertThat(read(plan)).as(plan).isLessThan(RequestSearch.SCANNED_ROWS + 200);
            if (period) {
                assertThat(partitions(plan)).as(plan).isBetween(1L, 2L);
            }
        }
    }

    @Test
    void goesOnBehindTheRowsThatHeldNothing() {
        TestConsumer consumer = Objects.requireNonNull(reader);
        int found = 0;
        int pages = 0;
        @Nullable String after = null;
        do {
            var request = Calls.as(consumer)
                    .queryParam("operation", "addMember")
                    .queryParam("from", firstDay + "T00:00:00Z")
                    .queryParam("to", firstDay.plusDays(1) + "T00:00:00Z");
            Response page = (after == null ? request : request.queryParam("after", after)).get("/v1/requests");
            page.then().statusCode(200);
            assertThat(page.jsonPath().getList("data.operation", String.class)).allMatch("addMember"::equals);
            found += page.jsonPath().getList("data").size();
            after = page.jsonPath().getString("next");
            pages++;
        } while (after != null);
        // A day is a sixth of the rows.
        assertThat(found).isEqualTo(ROWS / DAYS / 5_000);
        assertThat(pages).isEqualTo(ROWS / DAYS / RequestSearch.SCANNED_ROWS);
    }

    @Test
    void answersTheDearestPageSoon() {
        Stopwatch stopwatch = Stopwatch.start();
        Calls.as(Objects.requireNonNull(reader))
                .queryParam("operation", "none")
                .get("/v1/requests")
                .then()
                .statusCode(200);
        // Fifty times what it takes on a quiet machine.
        assertThat(stopwatch.elapsed()).isLessThan(Duration.ofSeconds(2));
    }

    /** A filter by the names that the test gives its consumers. */
    record Wanted(
            @Nullable String consumer,
            @Nullable String operation,
            @Nullable String status) {

        RequestFilter filter(boolean period) {
            UUID id = consumer == null
                    ? null
                    : switch (consumer) {
                        case "busy" -> Objects.requireNonNull(busy).id();
                        case "idle" -> Objects.requireNonNull(idle).id();
                        default -> UUID.randomUUID();
                    };
            RequestFilter read = RequestFilter.read(
                    null,
                    null,
                    operation,
                    status,
                    period ? firstDay.plusDays(1) + "T12:00:00Z" : null,
                    period ? firstDay.plusDays(2) + "T12:00:00Z" : null);
            return new RequestFilter(id, null, read.operation(), read.status(), read.from(), read.to());
        }
    }

    private static Wanted filter(@Nullable String consumer, @Nullable String operation, @Nullable String status) {
        return new Wanted(consumer, operation, status);
    }

    /** As it is run by the role the application runs under. */
    private static String plan(Scan scan) throws SQLException {
        try (Connection app = EmbeddedDatabaseResource.connectAsApp()) {
            app.setAutoCommit(false);
            try (PreparedStatement enter = app.prepareStatement("select set_config('spine.tenant', ?, true)")) {
                enter.setString(1, academy().id().toString());
                enter.execute();
            }
            try (PreparedStatement inOrder = app.prepareStatement(RequestSearch.READ_IN_ORDER)) {
                inOrder.execute();
            }
            StringBuilder plan = new StringBuilder();
            try (PreparedStatement find = app.prepareStatement("explain (analyze, timing off) " + scan.findSql())) {
                scan.bindFind(find, 101);
                lines(find, plan);
            }
            try (PreparedStatement last =
                    app.prepareStatement("explain (analyze, timing off) " + scan.findLastScannedSql())) {
                scan.bindFindLastScanned(last);
                StringBuilder second = new StringBuilder();
                lines(last, second);
                assertThat(second).doesNotContain("Seq Scan").doesNotContain("->  Sort");
                assertThat(read(second.toString())).as(second.toString()).isLessThan(RequestSearch.SCANNED_ROWS + 200);
            }
            return plan.toString();
        }
    }

    private static void lines(PreparedStatement explain, StringBuilder plan) throws SQLException {
        try (ResultSet line = explain.executeQuery()) {
            while (line.next()) {
                plan.append(line.getString(1)).append('\n');
            }
        }
    }

    /** Rows that the scans of the log took up, those included that their own filters threw away. */
    private static long read(String plan) {
        long read = 0;
        boolean ofTheLog = false;
        for (String line : plan.lines().toList()) {
            Matcher scanned = SCANNED.matcher(line);
            Matcher removed = REMOVED.matcher(line);
            if (line.contains("->")) {
                ofTheLog = scanned.find();
                read += ofTheLog
                        ? Math.round(Double.parseDouble(scanned.group(1)) * Long.parseLong(scanned.group(2)))
                        : 0;
            } else if (ofTheLog && removed.find()) {
                read += Long.parseLong(removed.group(1));
            }
        }
        return read;
    }

    private static long partitions(String plan) {
        return Pattern.compile("on (api_requests_\\w+)")
                .matcher(plan)
                .results()
                .map(found -> found.group(1))
                .distinct()
                .count();
    }

    private static Academy academy() {
        return Objects.requireNonNull(academy);
    }
}
