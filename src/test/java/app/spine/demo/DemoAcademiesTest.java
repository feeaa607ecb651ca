package app.spine.demo;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import app.spine.consumers.KeyText;
import app.spine.testsupport.Academy;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        return given().urlEncodingEnabled(false)
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
