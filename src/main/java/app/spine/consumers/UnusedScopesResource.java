package app.spine.consumers;

import app.spine.http.Governed;
import app.spine.http.InTransaction;
import app.spine.http.Page;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Scopes that a consumer holds and does not use. */
@Path("/v1/consumers/{id}/unused-scopes")
@Tag(name = "Consumers", description = "Apps that call the API, and their keys.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class UnusedScopesResource {

    private final UnusedScopes unused;

    UnusedScopesResource(UnusedScopes unused) {
        this.unused = unused;
    }

    @GET
    @PermissionsAllowed("consumers:read")
    @Governed(cost = 2)
    @InTransaction
    @Operation(
            operationId = "listUnusedScopes",
            summary = "List the scopes that a consumer has held for 30 days without using them",
            description =
                    "A call that reached an operation uses the scopes that the operation takes. What was granted less"
                            + " than 30 days ago is not listed, nor is a scope that no operation takes yet. One page holds them"
                            + " all.")
    public Page<UnusedScope> list(@PathParam("id") String id) throws SQLException {
        return new Page<>(unused.list(id), null);
    }

    @PUT
    @Path("/removal")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed("consumers:write")
    @Governed(auditEvent = ConsumerEvent.ScopesDropped.NAME, refusals = "conflict")
    @InTransaction
    @Operation(
            operationId = "removeUnusedScopes",
            summary = "Take unused scopes from a consumer",
            description =
                    "All that are named or none: each must be in the list of unused scopes at this moment. Scopes that"
                            + " the consumer does not hold are passed over, so the call may be repeated. Its keys lose the scopes"
                            + " within a second.")
    public RestResponse<ConsumerView> remove(@PathParam("id") String id, @NotNull @Valid ScopeRemoval removal)
            throws SQLException {
        return RestResponse.ok(unused.remove(id, removal));
    }
}
