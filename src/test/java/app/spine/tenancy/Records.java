package app.spine.tenancy;

import static io.restassured.RestAssured.given;

import app.spine.http.TypeId;
import app.spine.testsupport.Academy;
import java.util.UUID;

/** An academy that has a row in every table of its tenant, so that hiding them can be seen. */
record Records(Academy academy, Academy.TestConsumer consumer, String memberId) {

    static Records make() {
        Academy academy = Academy.open();
        Academy.TestConsumer consumer = academy.consumer(
                "members:read", "members:write", "members.contact:read", "members.minor:read", "consumers:write");
        String memberId = given().header("Authorization", consumer.bearer())
                .contentType("application/json")
                .body("""
                        {"legal_name": "Ada Adult", "date_of_birth": "1990-01-01",
                         "contacts": [{"type": "email", "value": "ada@example.com"}]}""")
                .post("/v1/members")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        Records records = new Records(academy, consumer, memberId);
        records.fillWhatNoOperationFills();
        return records;
    }

    private void fillWhatNoOperationFills() {
        UUID household = UUID.randomUUID();
        Academy.execute(
                "insert into households (tenant_id, id, name, created_at, updated_at) values (?, ?, 'Home', now(), now())",
                academy.id(),
                household);
        Academy.execute(
                "insert into household_members (tenant_id, household_id, member_id, role, since)"
                        + " values (?, ?, ?, 'adult', now())",
                academy.id(),
                household,
                memberUuid());
        Academy.execute(
                "insert into audit_reviews (tenant_id, id, audit_id, reviewed_at, reviewer, outcome)"
                        + " select tenant_id, id, id, now(), 'reviewer', 'fine' from audit_log where tenant_id = ?",
                academy.id());
    }

    UUID memberUuid() {
        return TypeId.parse("member", memberId).orElseThrow();
    }
}
