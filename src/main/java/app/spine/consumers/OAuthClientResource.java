package app.spine.consumers;

import app.spine.http.Governed;
import app.spine.http.InTransaction;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** The client of the OIDC provider whose tokens a consumer may call with. */
@Path("/v1/consumers/{id}/oauth-client")
@Tag(name = "Consumers", description = "Apps that call the API, and their keys.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class OAuthClientResource {

    private final OAuthClients clients;

    OAuthClientResource(OAuthClients clients) {
        this.clients = clients;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed("consumers:write")
    @Governed(auditEvent = ConsumerEvent.ClientBound.NAME, refusals = "conflict")
    @InTransaction
    @Operation(
            operationId = "bindClient",
            summary = "Let a consumer call with the tokens of an OAuth2 client",
            description = "Client-credentials tokens of this client count beside the consumer's keys, with the scopes"
                    + " that both the token and the consumer hold. The calling key must hold every scope of the"
                    + " consumer. A consumer has one client and a client one consumer: what was bound to the consumer"
                    + " before no longer counts, and a client that is bound elsewhere gets 409. Again, it changes"
                    + " nothing.")
    public RestResponse<ConsumerView> bind(@PathParam("id") String id, @NotNull @Valid ClientBinding wanted) {
        return answer(clients.bind(id, wanted.clientId()));
    }

    @DELETE
    @PermissionsAllowed("consumers:write")
    @Governed(auditEvent = ConsumerEvent.ClientUnbound.NAME)
    @InTransaction
    @Operation(
            operationId = "unbindClient",
            summary = "End the binding to an OAuth2 client",
            description = "Its tokens stop working on every node within a second. Again, it changes nothing.")
    public RestResponse<ConsumerView> unbind(@PathParam("id") String id) {
        return answer(clients.unbind(id));
    }

    private static RestResponse<ConsumerView> answer(ConsumerView view) {
        return RestResponse.ResponseBuilder.ok(view).header("ETag", view.etag()).build();
    }
}
