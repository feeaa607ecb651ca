package app.spine.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import app.spine.consumers.KeyText;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Calls;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
@TestProfile(DemoAcademiesTest.WithDemo.class)
class DemoAcademiesTest {

    private static final Path KEYS = Path.of("target", "demo-test", "keys.env");

    private static final String OF_ACADEMY = " where m.tenant_id = (select id from tenants where slug = ?)";

    @Inject
    DemoAcademies academies;

    @BeforeEach
    void startWithoutTheKeysOfAnEarlierRun() throws Exception {
        Files.deleteIfExists(KEYS);
        academies.start(new StartupEvent());
    }

    @Test
    void haveEnoughPeopleToRaceOn() {
        assertThat(count(
                        "harbour",
                        "m.status = 'active' and m.date_of_birth <= current_date - interval '18 years 7 days'"))
                .isGreaterThanOrEqualTo(600);
        assertThat(count("harbour", "m.date_of_birth > current_date - interval '17 years 350 days'"))
                .isGreaterThanOrEqualTo(150);
        assertThat(count("lakeside", "m.status = 'active'")).isGreaterThanOrEqualTo(50);
        assertThat(count("harbour", "m.date_of_birth is null")).isZero();
    }

    @Test
    void haveChildrenOnlyInHouseholdsWithAnAdult() {
        assertThat(count("harbour", """
                m.date_of_birth > current_date - interval '18 years' and not exists (
                    select 1 from household_members c join household_members a using (tenant_id, household_id)
                    where c.tenant_id = m.tenant_id and c.member_id = m.id and c.role = 'dependant' and a.role = 'adult')""")).isZero();
    }

    @Test
    void shareNothing() throws IOException {
        assertThat(Academy.query("""
                        select c.normalised from member_contacts c join tenants t on t.id = c.tenant_id
                        where t.slug = 'lakeside' and c.type = 'email'
                        intersect
                        select c.normalised from member_contacts c join tenants t on t.id = c.tenant_id
                        where t.slug = 'harbour'""")).isEmpty();
        Map<String, String> keys = keys();
        String harbour = get(keys, DemoConsumer.ADMIN, "/v1/members?limit=1").path("data[0].id");
        String lakeside =
                get(keys, DemoConsumer.OTHER_TENANT, "/v1/members?limit=1").path("data[0].id");
        assertThat(get(keys, DemoConsumer.ADMIN, "/v1/members/" + harbour).statusCode())
                .isEqualTo(200);
        assertThat(get(keys, DemoConsumer.ADMIN, "/v1/members/" + lakeside).statusCode())
                .isEqualTo(404);
        assertThat(get(keys, DemoConsumer.OTHER_TENANT, "/v1/members/" + lakeside)
                        .statusCode())
                .isEqualTo(200);
        assertThat(get(keys, DemoConsumer.OTHER_TENANT, "/v1/members/" + harbour)
                        .statusCode())
                .isEqualTo(404);
        assertThat(get(keys, DemoConsumer.OTHER_TENANT, "/v1/members?limit=100")
                        .<List<String>>path("data.contacts.flatten().findAll { it.type == 'email' }.normalised"))
                .isNotEmpty()
                .allMatch(email -> email.endsWith("@lakesidejiujitsu.example"));
    }

    @Test
    void areSearchable() throws IOException {
        get(keys(), DemoConsumer.ADMIN, "/v1/members?q=mark+stev")
                .then()
                .body("data.legal_name", is(List.of("Mark Stevens")));
    }

    @Test
    void keepTheirKeysForThisUserAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(KEYS)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(keys().keySet())
                .containsExactlyInAnyOrder(
                        "SPINE_ADMIN_KEY",
                        "SPINE_MEMBER_APP_KEY",
                        "SPINE_PARTNER_KEY",
                        "SPINE_OPERATIONS_KEY",
                        "SPINE_OTHER_TENANT_KEY");
        assertThat(keys().values()).doesNotHaveDuplicates().allMatch(KeyText::isWellFormed);
        try (var files = Files.list(Objects.requireNonNull(KEYS.getParent()))) {
            assertThat(files).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(DemoConsumer.class)
    void giveEachConsumerAKeyWithItsScopesAndLimits(DemoConsumer consumer) throws IOException {
        get(keys(), consumer, "/v1/consumer")
                .then()
                .statusCode(200)
                .body("name", is(consumer.title))
                .body("environment", is("live"))
                .body(
                        "scopes",
                        containsInAnyOrder(consumer.firstConsumer().scopes().stream()
                                .map(scope -> scope.wire())
                                .toArray()))
                .body("limits.burst.requests", is(consumer.firstConsumer().perSecond()))
                .body("limits.sustained.requests", is(consumer.firstConsumer().perMinute()));
        boolean readsMembers = consumer.firstConsumer().scopes().contains(app.spine.consumers.Scope.MEMBERS_READ);
        assertThat(get(keys(), consumer, "/v1/members?limit=1").statusCode()).isEqualTo(readsMembers ? 200 : 403);
    }

    @Test
    void showEachStateOfAContract() throws IOException {
        Map<String, String> keys = keys();
        Map<String, String> ids = get(keys, DemoConsumer.ADMIN, "/v1/consumers?limit=100")
                .<List<Map<String, String>>>path("data.collect { [name: it.name, id: it.id] }")
                .stream()
                .collect(java.util.stream.Collectors.toMap(one -> one.get("name"), one -> one.get("id")));
        get(keys, DemoConsumer.ADMIN, "/v1/consumers/" + ids.get("Front desk screens") + "/keys")
                .then()
                .statusCode(200)
                .body("data.status", containsInAnyOrder("expiring", "active"))
                .body("data.find { it.status == 'expiring' }.last_used.agent", is("desk-screen/1.0"));
        get(keys, DemoConsumer.ADMIN, "/v1/consumers/" + ids.get("Newsletter sync") + "/keys")
                .then()
                .body("data[0].reminders.days", is(List.of(30, 7)));
        get(keys, DemoConsumer.ADMIN, "/v1/consumers/" + ids.get("Trial class widget") + "/keys")
                .then()
                .body("data[0].origin_seen.host", is("trial.harbour.example"));
        get(keys, DemoConsumer.ADMIN, "/v1/consumers/" + ids.get("Old website"))
                .then()
                .body("status", is("suspended"));
        get(keys, DemoConsumer.ADMIN, "/v1/approvals")
                .then()
                .body(
                        "data.find { it.consumer_name == \"Parents' app\" }.scopes_pending",
                        is(List.of("members.minor:read")));
        Awaitility.await("use is counted")
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(
                        () -> get(keys, DemoConsumer.ADMIN, "/v1/consumers/" + ids.get("Member app") + "/unused-scopes")
                                .then()
                                .body("data.scope", hasItem("members:write"))
                                .body("data.scope", not(hasItem("members:read"))));
        get(keys, DemoConsumer.ADMIN, "/v1/consumers/" + ids.get("Partner widgets"))
                .then()
                .body("oauth_client.client_id", is("harbour-partner-widgets"));
        get(keys, DemoConsumer.ADMIN, "/v1/requests?limit=100&consumer_id=" + ids.get("Member app") + "&status=404")
                .then()
                .statusCode(200)
                .body("data.size()", greaterThan(50));
    }

    @Test
    void countTheCallsOfTwoWeeks() throws IOException {
        Map<String, String> keys = keys();
        String memberApp = get(keys, DemoConsumer.MEMBER_APP, "/v1/consumer").path("id");
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> get(keys, DemoConsumer.ADMIN, "/v1/consumers/" + memberApp + "/usage")
                        .then()
                        .statusCode(200)
                        .body("data.size()", greaterThanOrEqualTo(14))
                        .body("data[2].requests", greaterThan(100))
                        .body("data[2].limited", greaterThan(0)));
    }

    @Test
    void leaveARecordOfEachChange() {
        assertThat(Academy.query("""
                        select count(*) from members m join tenants t on t.id = m.tenant_id
                        where t.slug in ('harbour', 'lakeside') and not exists (
                            select from audit_log l where l.tenant_id = m.tenant_id and l.event = 'member.created'
                                and l.actor_id = 'demo' and l.entity_kind = 'member')""")).containsExactly(0L);
        assertThat(Academy.query("""
                        select distinct event from audit_log l join tenants t on t.id = l.tenant_id
                        where t.slug = 'harbour' and actor_id = 'demo' order by event"""))
                .contains(
                        "academy.created",
                        "consumer.created",
                        "consumer.key_expiring",
                        "consumer.key_first_used",
                        "consumer.key_issued",
                        "consumer.key_rotated",
                        "consumer.suspended",
                        "member.created");
        assertThat(Academy.query("""
                        select count(*) from audit_log l join tenants t on t.id = l.tenant_id
                        left join audit_values v on v.tenant_id = l.tenant_id and v.audit_id = l.id
                        where t.slug in ('harbour', 'lakeside') and actor_id = 'demo'
                            and l.after_hash is distinct from sha256(v.salt || convert_to(v.after, 'UTF8'))""")).containsExactly(0L);
    }

    @Test
    void changeNothingAtTheNextStart() throws Exception {
        String before = Files.readString(KEYS);
        List<@Nullable Object> rows = rows();

        academies.start(new StartupEvent());

        assertThat(Files.readString(KEYS)).isEqualTo(before);
        assertThat(rows()).isEqualTo(rows);
    }

    @Test
    void issueNewKeysWhenTheirFileIsGone() throws Exception {
        Map<String, String> before = keys();
        List<@Nullable Object> members = Academy.query("select count(*) from members");
        Files.delete(KEYS);

        academies.start(new StartupEvent());

        assertThat(keys()).hasSize(5);
        assertThat(keys().values()).doesNotContainAnyElementsOf(before.values());
        for (DemoConsumer consumer : DemoConsumer.values()) {
            assertThat(get(keys(), consumer, "/v1/consumer").statusCode()).isEqualTo(200);
        }
        assertThat(Academy.query("select count(*) from members")).isEqualTo(members);
    }

    private static List<@Nullable Object> rows() {
        return Academy.query("""
                select count(*) from api_keys union all select count(*) from members
                union all select count(*) from tenants union all select count(*) from api_consumers""");
    }

    private static long count(String slug, String condition) {
        return (Long) Objects.requireNonNull(
                Academy.query("select count(*) from members m" + OF_ACADEMY + " and " + condition, slug)
                        .getFirst());
    }

    private static Map<String, String> keys() throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String line : Files.readAllLines(KEYS)) {
            keys.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return keys;
    }

    private static Response get(Map<String, String> keys, DemoConsumer consumer, String path) {
        return Calls.nobody()
                .urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + keys.get(consumer.variable))
                .get(path);
    }

    /** The demo on the database of the tests, with its keys where the build puts things. */
    public static class WithDemo implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("spine.demo", "true", "spine.demo.keys-file", KEYS.toString());
        }
    }
}
