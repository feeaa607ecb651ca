package app.spine.consumers;

import app.spine.http.ETags;
import app.spine.http.Governed;
import app.spine.http.HttpProblem;
import app.spine.http.InTransaction;
import app.spine.http.Page;
import app.spine.http.Problem;
import app.spine.http.Reason;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Consumers, for the academy's own automation. */
@Path("/v1/consumers")
@Tag(name = "Consumers", description = "Apps that call the API, and their keys.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class ConsumerResource {

    private static final String MERGE_PATCH = "application/merge-patch+json";
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
                .header("ETag", view.etag())
                .build();
    }

    @GET
    @Path("/{id}")
    @PermissionsAllowed("consumers:read")
    @Governed
    @InTransaction
    @Operation(operationId = "readConsumer", summary = "Read a consumer")
    public RestResponse<ConsumerView> read(
            @PathParam("id") String id, @HeaderParam("If-None-Match") @Nullable String ifNoneMatch) {
        ConsumerView view = ConsumerView.of(consumers.require(id), limits.ofAcademy());
        if (!ETags.ifNoneMatch(ifNoneMatch, view.etag())) {
            return RestResponse.ResponseBuilder.<ConsumerView>notModified()
                    .header("ETag", view.etag())
                    .build();
        }
        return RestResponse.ResponseBuilder.ok(view).header("ETag", view.etag()).build();
    }

    @PATCH
    @Path("/{id}")
    @Consumes(MERGE_PATCH)
    @PermissionsAllowed("consumers:write")
    @Governed(
            auditEvent = ConsumerEvent.Updated.NAME,
            orAuditEvents = {ConsumerEvent.Suspended.NAME, ConsumerEvent.Restored.NAME})
    @InTransaction
    @Operation(
            operationId = "changeConsumer",
            summary = "Change, suspend or restore a consumer",
            description = "A merge patch (RFC 7396): what it names is set, null removes it, scopes are replaced as a"
                    + " whole and name all that the consumer is to hold, those included that wait for approval; limits"
                    + " that are null are the academy's. The calling key must hold every scope of the consumer, before"
                    + " and after, except to suspend it and nothing else; sensitive scopes that are added stay in"
                    + " scopes_pending; a consumer cannot change its own limits. Writes consumer.suspended or"
                    + " consumer.restored where the status changes. If-Match carries the ETag the change is based on.")
    public RestResponse<ConsumerView> change(
            @PathParam("id") String id,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MERGE_PATCH,
                                            schema = @Schema(implementation = ConsumerDetails.class)))
                    @NotNull
                    JsonNode patch)
            throws JsonProcessingException {
        if (ifMatch == null) {
            throw new Problem(
                    HttpProblem.IF_MATCH_REQUIRED,
                    Reason.inHeader(
                            HttpProblem.IF_MATCH_REQUIRED,
                            "If-Match",
                            "Read the record and send its ETag as If-Match, so that nobody's change is lost."));
        }
        ConsumerView view = consumers.change(id, ifMatch, patch);
        return RestResponse.ResponseBuilder.ok(view).header("ETag", view.etag()).build();
    }
}
