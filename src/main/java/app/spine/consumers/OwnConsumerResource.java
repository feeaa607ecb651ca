package app.spine.consumers;

import app.spine.events.CurrentOrigin;
import app.spine.http.Governed;
import app.spine.http.GrantedScopes;
import app.spine.http.InTransaction;
import app.spine.tenancy.HomeTenant;
import io.quarkus.security.Authenticated;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** What a consumer may know about itself with any valid key or token. */
@Path("/v1/consumer")
@Tag(name = "Consumers", description = "Apps that call the API, and their keys.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class OwnConsumerResource {

    private final Consumers consumers;
    private final Keys keys;
    private final AcademyLimits limits;
    private final CurrentOrigin origin;
    private final KeyViews views;
    private final GrantedScopes granted;

    OwnConsumerResource(
            Consumers consumers,
            Keys keys,
            AcademyLimits limits,
            CurrentOrigin origin,
            KeyViews views,
            GrantedScopes granted) {
        this.consumers = consumers;
        this.keys = keys;
        this.limits = limits;
        this.origin = origin;
        this.views = views;
        this.granted = granted;
    }

    @GET
    @Authenticated
    @HomeTenant
    @Governed
    @InTransaction
    @Operation(operationId = "readOwnConsumer", summary = "Who am I, what may I do, when does my key end")
    public OwnConsumerView read() {
        Consumer consumer = consumers.require(origin.actor().id());
        ApiKey key = keys.findOwn();
        return OwnConsumerView.of(
                consumer,
                granted,
                limits.ofAcademy(),
                limits.findQuotaUse(consumer),
                key == null ? null : views.of(key));
    }

    @POST
    @Path("/keys/rotation")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed("keys:rotate")
    @HomeTenant
    @Governed(
            auditEvent = ConsumerEvent.KeyRotated.NAME,
            refusals = {"rotation_in_progress", "conflict"})
    @InTransaction
    @Operation(
            operationId = "rotateOwnKey",
            summary = "Rotate the key of this call",
            description = "As rotateKey, for the key that the call is made with: overlap and deadline are an hour at"
                    + " least, and networks, limits and latest expiry are the old key's.")
    public RestResponse<RotatedKey> rotate(@NotNull @Valid NewRotation wanted) {
        return RestResponse.ResponseBuilder.<RotatedKey>create(RestResponse.Status.CREATED)
                .entity(keys.rotateOwn(wanted))
                .build();
    }
}
