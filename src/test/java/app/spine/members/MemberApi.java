package app.spine.members;

import app.spine.http.TypeId;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Calls;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The member operations as one consumer calls them. */
record MemberApi(TestConsumer consumer) {

    /** As an academy's own automation, which may do everything with members. */
    static MemberApi ofEverything(Academy academy) {
        return new MemberApi(
                academy.consumer("members:read", "members:write", "members.contact:read", "members.minor:read"));
    }

    static MemberApi of(Academy academy, String... scopes) {
        return new MemberApi(academy.consumer(scopes));
    }

    Response add(String json) {
        return Calls.as(consumer, json).post("/v1/members");
    }

    /** Adds a member and returns the id. */
    String added(String json) {
        return add(json).then().statusCode(201).extract().path("id");
    }

    /** Adds an active adult of this name and returns the id. */
    String addedAdult(String name) {
        return added("""
                {"legal_name": "%s", "date_of_birth": "1990-05-31", "status": "active"}""".formatted(name));
    }

    Response list(Map<String, ?> parameters) {
        return Calls.as(consumer).queryParams(parameters).get("/v1/members");
    }

    /** The ids of one page. */
    List<String> found(Map<String, ?> parameters) {
        return list(parameters).then().statusCode(200).extract().path("data.id");
    }

    Response read(String id) {
        return Calls.as(consumer).get("/v1/members/{id}", id);
    }

    String etag(String id) {
        return read(id).then().statusCode(200).extract().header("ETag");
    }

    Response change(String id, String ifMatch, String patch) {
        return Calls.as(consumer)
                .header("If-Match", ifMatch)
                .contentType("application/merge-patch+json; charset=UTF-8")
                .body(patch.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .patch("/v1/members/{id}", id);
    }

    /** Changes a member as it stands now. */
    Response change(String id, String patch) {
        return change(id, "*", patch);
    }

    static UUID uuid(String id) {
        return TypeId.parse("member", id).orElseThrow();
    }
}
