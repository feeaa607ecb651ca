package app.spine.reference;

import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** The headers that answers carry. */
final class Headers {

    /** Make what has no address of its own. */
    private static final Set<String> SHOWN_ONCE = Set.of("issueKey", "rotateKey", "rotateOwnKey");

    /** Of a record that is changed by If-Match. */
    private static final Set<String> WITH_ETAG =
            Set.of("addMember", "readMember", "changeMember", "createConsumer", "readConsumer", "changeConsumer");

    private Headers() {}

    /** Those of a success. */
    static void add(APIResponse answer, Operation operation, boolean creates) {
        all(answer);
        limits(answer);
        String id = operation.getOperationId();
        if (creates) {
            answer.addHeader(
                    "Idempotency-Replayed", header("true on the stored answer of an earlier request.", "true"));
        }
        if (creates && !SHOWN_ONCE.contains(id)) {
            answer.addHeader(
                    "Location", header("Where the new record is.", "/v1/members/member_01h455vb4pex5vsknk084sn02q"));
        }
        if (WITH_ETAG.contains(id)) {
            answer.addHeader("ETag", header("What a change is based on; send it as If-Match.", "\"7-c\""));
        }
    }

    /** Those of every answer. */
    static void all(APIResponse answer) {
        answer.addHeader(
                "Request-Id", header("The request's entry in the request log.", "req_01h455vb4pex5vsknk084sn02q"));
    }

    /** Those of every answer to a known consumer. */
    static void limits(APIResponse answer) {
        answer.addHeader(
                "RateLimit-Policy",
                header(
                        "All limits that hold, as in draft-ietf-httpapi-ratelimit-headers-10.",
                        "\"burst\";q=20;w=1, \"sustained\";q=600;w=60"));
        answer.addHeader(
                "RateLimit",
                header(
                        "What is left of each, and when it is full again.",
                        "\"burst\";r=19;t=1, \"sustained\";r=598;t=60"));
    }

    static Header header(String description, String example) {
        return OASFactory.createHeader()
                .description(description)
                .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING))
                .example(example);
    }
}
