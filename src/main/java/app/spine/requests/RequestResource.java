package app.spine.requests;

import app.spine.http.Governed;
import app.spine.http.InTransaction;
import app.spine.http.Page;
import app.spine.tenancy.HomeTenant;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The request log. */
@Path("/v1/requests")
@Tag(name = "Requests", description = "The log of API requests: a row for each, durable before its answer left.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@HomeTenant
class RequestResource {

    private final RequestSearch search;

    RequestResource(RequestSearch search) {
        this.search = search;
    }

    @GET
    @PermissionsAllowed("requests:read")
    @Governed(cost = 5)
    @InTransaction
    @Operation(
            operationId = "listRequests",
            summary = "List requests",
            description = "Newest first. A page looks at 10,000 rows of the log at most: for filters that few requests"
                    + " match it may hold fewer than limit, or none, and still have a next; go on until next is null. from"
                    + " and to make it shorter. A test consumer sees its own requests only.")
    public Page<RequestView> list(
            @QueryParam("consumer_id") @Nullable String consumerId,
            @QueryParam("key_id") @Nullable String keyId,
            @Parameter(description = "An operationId of this document.", example = "readMember")
                    @QueryParam("operation")
                    @Nullable
                    String operation,
            @Parameter(description = "A status, or a class of them: 1xx to 5xx.", example = "4xx")
                    @QueryParam("status")
                    @Nullable
                    String status,
            @Parameter(description = "RFC 3339; requests from this instant on.", example = "2026-11-22T00:00:00Z")
                    @QueryParam("from")
                    @Nullable
                    String from,
            @Parameter(description = "RFC 3339; requests before this instant.", example = "2026-11-23T00:00:00Z")
                    @QueryParam("to")
                    @Nullable
                    String to,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after)
            throws SQLException {
        RequestFilter filter = RequestFilter.read(consumerId, keyId, operation, status, from, to);
        UUID position =
                Page.after(after, RequestSearch.LIST, filter.fingerprint()).orElse(null);
        return search.list(filter, position, Page.limit(limit));
    }

    @GET
    @Path("/{id}")
    @PermissionsAllowed("requests:read")
    @Governed
    @InTransaction
    @Operation(operationId = "readRequest", summary = "Read the log row of one request by the Request-Id of its answer")
    public RequestView read(@PathParam("id") String id) throws SQLException {
        return search.require(id);
    }
}
