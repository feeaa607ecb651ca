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
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Consumers, for the academy's own automation. */
@Path("/v1/consumers")
@Tag(name = "Consumers", description = "Apps that call the API, and their keys.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class ConsumerResource {

    private static final String LIST = "consumers";

    private final Consumers consumers;
    private final AcademyLimits limits;

    ConsumerResource(Consumers consumers, AcademyLimits limits) {
        this.consumers = consumers;
        this.limits = limits;
    }

    @GET
    @PermissionsAllowed("consumers:read")
    @Governed
    @InTransaction
    @Operation(operationId = "listConsumers", summary = "List the consumers of the academy")
    public Page<ConsumerView> list(
            @QueryParam("limit") @Nullable String limit, @QueryParam("after") @Nullable String after) {
        int size = Page.limit(limit);
        UUID from = Page.after(after, LIST, "").orElse(null);
        EffectiveLimits academy = limits.ofAcademy();
        return Page.of(
                consumers.list(from, size),
                size,
                LIST,
                "",
                consumer -> consumer.id,
                consumer -> ConsumerView.of(consumer, academy));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed("consumers:write")
    @Governed(auditEvent = ConsumerEvent.Created.NAME)
    @InTransaction
    @Operation(
            operationId = "createConsumer",
            summary = "Register a consumer",
            description = "Only scopes that the calling key holds can be granted. Sensitive scopes stay in"
                    + " scopes_pending until an owner or admin approves them in the portal.")
    public RestResponse<ConsumerView> create(@NotNull @Valid NewConsumer wanted) {
        ConsumerView view = consumers.create(wanted);
        return RestResponse.ResponseBuilder.<ConsumerView>created(URI.create("/v1/consumers/" + view.id()))
                .entity(view)
                .build();
    }

    @GET
    @Path("/{id}")
    @PermissionsAllowed("consumers:read")
    @Governed
    @InTransaction
    @Operation(operationId = "readConsumer", summary = "Read a consumer")
    public ConsumerView read(@PathParam("id") String id) {
        return ConsumerView.of(consumers.require(id), limits.ofAcademy());
    }
}
