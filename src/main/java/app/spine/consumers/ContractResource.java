package app.spine.consumers;

import app.spine.http.Governed;
import app.spine.http.InTransaction;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** What a consumer and its academy rely on. */
@Path("/v1/consumers/{id}/contract")
@Tag(name = "Consumers", description = "Apps that call the API, and their keys.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class ContractResource {

    private final Consumers consumers;
    private final AcademyLimits limits;

    ContractResource(Consumers consumers, AcademyLimits limits) {
        this.consumers = consumers;
        this.limits = limits;
    }

    @GET
    @PermissionsAllowed("consumers:read")
    @Governed
    @InTransaction
    @Operation(
            operationId = "readContract",
            summary = "Read which version of the contract a consumer was built against",
            description =
                    "With what it may do under it. agreed_at and agreed_by are null where nobody said so yet: then"
                            + " it is the version that was the newest when the consumer was made.")
    public ConsumerContract read(@PathParam("id") String id) {
        return ConsumerContract.of(consumers.require(id), limits.ofAcademy());
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed("consumers:write")
    @Governed(auditEvent = ConsumerEvent.ContractAgreed.NAME)
    @InTransaction
    @Operation(
            operationId = "agreeContract",
            summary = "Say which version of the contract a consumer was built against",
            description = "The calling key must hold every scope of the consumer. Again, it changes nothing.")
    public RestResponse<ConsumerContract> agree(@PathParam("id") String id, @NotNull @Valid BuiltAgainst wanted) {
        return RestResponse.ok(consumers.agree(id, wanted.contractVersion()));
    }
}
