package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.http.ProblemCatalogue;
import app.spine.http.ProblemKind;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.DemoKeysFile;
import app.spine.testsupport.EmbeddedDatabaseResource;
import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Answer;
import app.spine.testsupport.RawHttp.Request;
import app.spine.testsupport.ServedDocument;
import app.spine.testsupport.ServedDocument.Operation;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent to a documented operation gets a documented answer, shows nobody what is not theirs, and leaves nothing
 * half done. {@code -Dspine.fuzz.requests} says how many, {@code -Dspine.fuzz.seed} repeats a run.
 */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(FuzzTest.WithDemo.class)
class FuzzTest {

    private static final int REQUESTS = Integer.getInteger("spine.fuzz.requests", 3_000);
    private static final long SEED = Long.getLong("spine.fuzz.seed", 20_261_122);
    private static final int THREADS = 24;
    private static final Pattern KEY = Pattern.compile("spine_(live|test)_[0-9A-Za-z]{36}");
    private static final Set<String> SHOW_KEYS = Set.of("issueKey", "rotateKey", "rotateOwnKey");
    private static final int SPARE_KEYS = 60;
    private static final UUID NOBODY = new UUID(0, 0);
    private static final Path KEYS = Path.of("target", "fuzz", "demo-keys-" + UUID.randomUUID() + ".env");

    @Inject
    Instance<ProblemCatalogue> catalogues;

    private final Map<String, Integer> codes = new HashMap<>();

    /** Who calls, and texts that this caller must never see. */
    private record Caller(String name, TestConsumer consumer, List<String> hidden) {}

    /** One request and its answer. */
    private record Exchange(int index, Operation operation, Caller caller, Request request, Answer answer) {

        @Override
        public String toString() {
            return "-Dspine.fuzz.seed=" + SEED + " request " + index + " of " + operation.id() + " by " + caller.name()
                    + "\n" + request + "\n\n" + answer;
        }
    }

    @Test
    void whateverIsSentGetsADocumentedAnswerAndLeavesNothingHalfDone() throws Exception {
        catalogues.forEach(
                catalogue -> catalogue.kinds().forEach((ProblemKind kind) -> codes.put(kind.code(), kind.status())));
        DemoKeysFile demo = DemoKeysFile.read(KEYS);
        UUID harbour = demo.tenant("harbour");
        UUID lakeside = demo.tenant("lakeside");
        TestConsumer everything = demo.consumer("SPINE_ADMIN_KEY");
        TestConsumer others = demo.consumer("SPINE_OTHER_TENANT_KEY");
        // Not the callers themselves: they would soon have no key that works.
        String changed = make(
                everything,
                "/v1/consumers",
                "{\"name\":\"Changed\",\"owner_name\":\"Owner\",\"owner_email\":\"owner@example.com\","
                        + "\"environment\":\"live\",\"scopes\":[\"members:read\"]}");
        List<String> keys = IntStream.range(0, SPARE_KEYS)
                .mapToObj(i -> make(everything, "/v1/consumers/" + changed + "/keys", "{}"))
                .toList();
        Map<String, Long> before = counts(List.of(harbour, lakeside));
        // Does not hold what the example takes away, so there is nothing that could be refused for.
        TestConsumer partner = demo.consumer("SPINE_PARTNER_KEY");
        String adult = add(everything, "Adultmarker", "1980-01-01", "adultcontact@example.com");
        String minor = add(everything, "Minormarker", "2020-01-01", "minorcontact@example.com");
        String foreign = add(others, "Othermarker", "1980-01-01", "othercontact@example.com");
        // Not named for what may be changed: an adult of that name would be anybody's to see.
        List<Caller> callers = List.of(
                new Caller("every scope", everything, List.of("Othermarker", "othercontact")),
                new Caller("the partner", partner, List.of("Othermarker", "contact@", "Minormarker")),
                new Caller(
                        "the member app",
                        demo.consumer("SPINE_MEMBER_APP_KEY"),
                        List.of("Othermarker", "othercontact", "Minormarker", "minorcontact")),
                new Caller("operations", demo.consumer("SPINE_OPERATIONS_KEY"), List.of("marker", "contact@")),
                new Caller(
                        "another academy",
                        others,
                        List.of("Adultmarker", "Minormarker", "adultcontact", "minorcontact")));
        List<String> searches =
                List.of("Adultm", "Minorm", "Otherm", "adultcon", "minorcont", "othercont", "emma", "0491");
        List<String> requests = List.of(ownRequest(everything), ownRequest(others));
        FuzzedRequests ours = new FuzzedRequests(
                Map.of(
                        "requests",
                        requests,
                        "members",
                        List.of(adult, foreign),
                        "consumers",
                        List.of(changed, changed, changed, others.publicId(), partner.publicId()),
                        "keys",
                        keys),
                searches);
        FuzzedRequests theirs = new FuzzedRequests(
                Map.of(
                        "requests",
                        requests,
                        "members",
                        List.of(adult, minor, foreign),
                        "consumers",
                        List.of(changed, others.publicId(), partner.publicId()),
                        "keys",
                        keys),
                searches);
        List<Exchange> exchanges = send(callers, ours, theirs);
        assertThat(exchanges).hasSize(REQUESTS);
        assertThat(exchanges.stream()
                        .flatMap(exchange -> broken(exchange).stream())
                        .limit(5))
                .isEmpty();
        assertEachOperationSucceeded(exchanges);
        assertLogged(exchanges, List.of(harbour, lakeside, NOBODY));
        Map<String, Long> made = counts(List.of(harbour, lakeside));
        before.forEach((what, count) -> made.merge(what, -count, Long::sum));
        assertNothingHalfDone(made);
        assertThat(made).containsEntry("members", created(exchanges, "addMember") + 3);
    }

    /** The demo academies are no longer as the demo made them, so whoever looks for those gets new ones. */
    @AfterEach
    void giveUpTheNamesOfTheDemo() {
        // The client that the reference's example binds can be of one consumer only.
        Academy.execute("update api_consumers set oauth_issuer = null, oauth_client_id = null"
                + " where oauth_client_id is not null and tenant_id in"
                + " (select id from tenants where slug like 'harbour%' or slug like 'lakeside%')");
        Academy.execute("update tenants set slug = left(slug, 12) || '-' || left(md5(id::text), 12)"
                + " where slug like 'harbour%' or slug like 'lakeside%'");
    }

    private static List<Exchange> send(List<Caller> callers, FuzzedRequests ours, FuzzedRequests theirs)
            throws Exception {
        List<Operation> operations = ServedDocument.operations();
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Exchange>> running = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                int index = i;
                Operation operation = operations.get(i % operations.size());
                int turn = i / operations.size();
                Caller caller = callers.get(turn % callers.size());
                FuzzedRequests requests = turn % callers.size() == 0 ? ours : theirs;
                // Every second turn of who may do everything, so that each operation gets through whatever the seed.
                boolean plain = turn % (2 * callers.size()) == 0;
                Request request = requests.of(operation, plain, new Random(SEED * 1_000_003 + index));
                running.add(threads.submit(() -> new Exchange(
                        index,
                        operation,
                        caller,
                        request,
                        request.as(caller.consumer()).send())));
            }
            List<Exchange> exchanges = new ArrayList<>();
            for (Future<Exchange> exchange : running) {
                exchanges.add(exchange.get());
            }
            return exchanges;
        }
    }

    /** The first rule that an answer breaks, with all it takes to repeat it. */
    private Optional<String> broken(Exchange exchange) {
        try {
            assertDocumented(exchange);
            return Optional.empty();
        } catch (AssertionError | UncheckedIOException e) {
            return Optional.of(exchange + "\n\n" + e.getMessage());
        }
    }

    private void assertDocumented(Exchange exchange) {
        Answer answer = exchange.answer();
        Map<String, JsonNode> documented = exchange.operation().responses().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(answer.status()).isLessThan(500);
        assertThat(documented).containsKey(Integer.toString(answer.status()));
        assertThat(answer.header("Request-Id")).isNotNull().matches("req_[0-9a-z]{26}");
        assertThat(exchange.caller().hidden())
                .noneMatch(hidden -> answer.toString().contains(hidden));
        if (!(SHOW_KEYS.contains(exchange.operation().id()) && answer.status() == 201)) {
            assertThat(KEY.matcher(answer.toString()).find())
                    .as("a key in the answer")
                    .isFalse();
        }
        if (answer.status() == 304) {
            assertThat(answer.text()).isEmpty();
            return;
        }
        JsonNode body = answer.json();
        if (answer.status() < 300) {
            assertThat(answer.header("Content-Type")).startsWith("application/json");
            if (exchange.caller().name().equals("the partner")) {
                assertThat(body.findValue("contacts")).isNull();
            }
            return;
        }
        String code = body.path("code").asText();
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(codes).containsEntry(code, answer.status());
        assertThat(Objects.requireNonNull(documented.get(Integer.toString(answer.status())))
                        .path("x-error-codes"))
                .as("documents " + code)
                .anySatisfy(known -> assertThat(known.asText()).isEqualTo(code));
        assertThat(body.path("status").asInt()).isEqualTo(answer.status());
        assertThat(body.path("request_id").asText()).isEqualTo(answer.header("Request-Id"));
        assertThat(body.path("type").asText()).endsWith(answer.status() == 429 ? "quota-exceeded" : "#" + code);
    }

    /** A run in which an operation never got through would have looked at its front door only. */
    private static void assertEachOperationSucceeded(List<Exchange> exchanges) {
        if (REQUESTS < 3_000) {
            return;
        }
        assertThat(exchanges.stream()
                        .filter(exchange -> exchange.answer().status() < 300)
                        .map(exchange -> exchange.operation().id())
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        ServedDocument.operations().stream().map(Operation::id).toList());
    }

    /** Each answer's Request-Id is a row with its status. Refusals in a flood share rows that count them. */
    private static void assertLogged(List<Exchange> exchanges, List<UUID> tenants) {
        Map<String, String> logged = new HashMap<>();
        for (UUID tenant : tenants) {
            for (Object row : Academy.query(
                    "select replace(id::text, '-', '') || ' ' || status from api_requests where tenant_id = ?",
                    tenant)) {
                String[] idAndStatus = String.valueOf(row).split(" ", -1);
                logged.put(idAndStatus[0], idAndStatus[1]);
            }
        }
        assertThat(exchanges).allSatisfy(exchange -> {
            String id = app.spine.http.TypeId.parse("req", exchange.answer().header("Request-Id"))
                    .orElseThrow()
                    .toString()
                    .replace("-", "");
            assertThat(logged)
                    .containsEntry(id, Integer.toString(exchange.answer().status()));
        });
        for (UUID tenant : tenants) {
            assertThat(count(
                            "select count(*) from api_requests r where r::text ~ 'spine_(live|test)_[0-9A-Za-z]{36}'",
                            tenant))
                    .isZero();
        }
    }

    private static final Map<String, String> COUNTED = Map.ofEntries(
            Map.entry("members", "select count(*) from members"),
            Map.entry("changes of members", "select coalesce(sum(version), 0)::bigint from members"),
            Map.entry("members with tokens", "select count(distinct member_id) from member_search_tokens"),
            Map.entry("consumers", "select count(*) from api_consumers"),
            Map.entry("keys", "select count(*) from api_keys"),
            Map.entry("member.created", "select count(*) from audit_log where event = 'member.created'"),
            Map.entry("member.updated", "select count(*) from audit_log where event = 'member.updated'"),
            Map.entry("consumer.created", "select count(*) from audit_log where event = 'consumer.created'"),
            Map.entry(
                    "keys issued or rotated",
                    "select count(*) from audit_log where event in ('consumer.key_issued', 'consumer.key_rotated')"),
            Map.entry("audit records", "select count(*) from audit_log"),
            Map.entry("audit records of requests", "select count(*) from audit_log where request_id is not null"),
            Map.entry("audit values", "select count(*) from audit_values"),
            Map.entry(
                    "requests with audit records",
                    "select count(distinct request_id) from audit_log where request_id is not null"));

    private static Map<String, Long> counts(List<UUID> tenants) {
        Map<String, Long> counts = new HashMap<>();
        COUNTED.forEach((what, sql) -> counts.put(
                what, tenants.stream().mapToLong(tenant -> count(sql, tenant)).sum()));
        return counts;
    }

    /** What was made has its audit record, and each record its values and the one request that it was made by. */
    private static void assertNothingHalfDone(Map<String, Long> made) {
        assertThat(made)
                .containsEntry("member.created", made.get("members"))
                .containsEntry("member.updated", made.get("changes of members"))
                .containsEntry("consumer.created", made.get("consumers"))
                .containsEntry("keys issued or rotated", made.get("keys"))
                .containsEntry("audit values", made.get("audit records"))
                .containsEntry("requests with audit records", made.get("audit records of requests"));
        assertThat(made.get("members with tokens")).isLessThanOrEqualTo(made.get("members"));
    }

    private static long created(List<Exchange> exchanges, String operation) {
        return exchanges.stream()
                .filter(exchange -> exchange.operation().id().equals(operation)
                        && exchange.answer().status() == 201
                        && exchange.answer().header("Idempotency-Replayed") == null)
                .count();
    }

    /** The id of a request of this consumer. */
    private static String ownRequest(TestConsumer consumer) {
        return Objects.requireNonNull(
                RawHttp.request("GET", "/v1/consumer").as(consumer).send().header("Request-Id"));
    }

    private static String add(TestConsumer consumer, String name, String born, String email) {
        String body =
                "{\"legal_name\":\"%s\",\"date_of_birth\":\"%s\",\"contacts\":[{\"type\":\"email\",\"value\":\"%s\"}]}"
                        .formatted(name, born, email);
        return make(consumer, "/v1/members", body);
    }

    private static String make(TestConsumer consumer, String path, String body) {
        Answer answer = RawHttp.request("POST", path).as(consumer).json(body).send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    /** What a query counts within a tenant. */
    private static long count(String sql, UUID tenant) {
        String within = sql + (sql.contains(" where ") ? " and" : " where") + " tenant_id = ?";
        return (Long) Objects.requireNonNull(Academy.query(within, tenant).getFirst());
    }

    /** With the demo's academies, and its consumers' keys where this run finds them. */
    public static class WithDemo implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "spine.demo",
                    "true",
                    "spine.demo.keys-file",
                    KEYS.toString(),
                    // More callers than connections, on a machine that may stand still for a while.
                    "quarkus.datasource.jdbc.acquisition-timeout",
                    "15s",
                    "spine.database.read-queue-patience",
                    "15s");
        }
    }
}
