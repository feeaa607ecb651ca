package app.spine.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.testsupport.Academy;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;

/** A change, its audit record and its row in the log: all of them, or none. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class RunInTransactionTest {

    private final Academy academy = Academy.open();
    private final Academy.TestConsumer consumer = academy.consumer("members:write");

    @Test
    void commitsAChangeWithItsRecordAndItsRow() {
        Response answer = add("Ada");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(LoggedRequest.of(answer).operation()).isEqualTo("addMember");
        // The same transaction wrote all three.
        assertThat(Academy.query("""
                        select distinct xmin::text from (
                            select xmin, tenant_id from members
                            union all select xmin, tenant_id from audit_log
                            union all select xmin, tenant_id from api_requests) r
                        where tenant_id = ?""", academy.id())).hasSize(1);
    }

    @Test
    void leavesNothingOfAChangeWhoseCommitFails() {
        try {
            Academy.execute("""
                    create function fail_at_commit() returns trigger language plpgsql as
                    $$ begin raise exception 'the commit fails'; end $$""");
            Academy.execute("""
                    create constraint trigger fail_at_commit after insert on members deferrable initially deferred
                    for each row when (new.legal_name = 'Fails at commit') execute function fail_at_commit()""");
            Response answer = add("Fails at commit");
            assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(500);
            assertThat(answer.<String>path("code")).isEqualTo("internal_error");
            assertThat(answer.asString()).doesNotContain("the commit fails");
            assertThat(answer.header("Location")).isNull();
            // One row, and it does not claim success.
            assertThat(LoggedRequest.of(answer).code()).isEqualTo("internal_error");
            assertThat(Academy.query("select status from api_requests where tenant_id = ?", academy.id()))
                    .containsExactly(500);
            assertNothingChanged();
        } finally {
            Academy.execute("drop trigger if exists fail_at_commit on members");
            Academy.execute("drop function if exists fail_at_commit");
        }
        assertThat(add("Fails at commit").statusCode()).isEqualTo(201);
    }

    @Test
    void leavesNothingOfAChangeWhoseAuditRecordFails() {
        try {
            Academy.execute("revoke insert on audit_values from spine_app");
            Response answer = add("Ada");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(LoggedRequest.of(answer).code()).isEqualTo("internal_error");
            assertNothingChanged();
        } finally {
            Academy.execute("grant insert on audit_values to spine_app");
        }
    }

    @Test
    void leavesNothingOfARefusedChange() {
        Response answer = given().header("Authorization", consumer.bearer())
                .contentType("application/json")
                .body("{\"legal_name\": \"Ada\", \"status\": \"erased\"}")
                .post("/v1/members");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(LoggedRequest.of(answer).code()).isEqualTo("invalid");
        assertNothingChanged();
    }

    private void assertNothingChanged() {
        for (String table : new String[] {"members", "member_search_tokens", "audit_log", "audit_values"}) {
            assertThat(Academy.query("select tenant_id from " + table + " where tenant_id = ?", academy.id()))
                    .as(table)
                    .isEmpty();
        }
    }

    private Response add(String name) {
        return given().header("Authorization", consumer.bearer())
                .contentType("application/json")
                .body("{\"legal_name\": \"" + name + "\"}")
                .post("/v1/members");
    }
}
