package app.spine.consumers;

import app.spine.http.Governed;
import app.spine.http.InTransaction;
import app.spine.http.Page;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** A consumer's keys, for the academy's own automation. */
@Path("/v1/consumers/{id}/keys")
@Tag(name = "Consumers", description = "Apps that call the API, and their keys.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class KeyResource {

    private static final String LIST = "keys";

    private final Consumers consumers;
    private final Keys keys;
    private final AllowedNetworks networks;
    private final KeyViews views;

    KeyResource(Consumers consumers, Keys keys, AllowedNetworks networks, KeyViews views) {
        this.consumers = consumers;
        this.keys = keys;
        this.networks = networks;
        this.views = views;
    }

    @GET
    @PermissionsAllowed("consumers:read")
    @Governed
    @InTransaction
    @Operation(
            operationId = "listKeys",
            summary = "List a consumer's keys",
            description = "With each key's last use, known within a minute, so that a rotation shows who still uses the"
                    + " old key; with origin_seen where it was sent by a web page, though keys are for servers; and"
                    + " with the reminders of its end, sent 30 days, 7 days and 1 day before.")
    public Page<KeyView> list(
            @PathParam("id") String id,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after) {
        int size = Page.limit(limit);
        UUID from = Page.after(after, LIST, id).orElse(null);
        List<ApiKey> found = keys.list(consumers.require(id), from, size);
        return Page.of(found, size, LIST, id, key -> key.id, views.of(found));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed("consumers:write")
    @Governed(auditEvent = ConsumerEvent.KeyIssued.NAME)
    @InTransaction
    @Operation(
            operationId = "issueKey",
            summary = "Issue a key",
            description = "The answer holds the key, the only time it is shown. The calling key must hold every scope"
                    + " of the consumer. Where the academy bounds the age of keys, one without expires_at gets the"
                    + " latest there may be.")
    public RestResponse<IssuedKey> issue(@PathParam("id") String id, @NotNull @Valid NewKey wanted) {
        return created(keys.issue(id, wanted));
    }

    @POST
    @Path("/{key}/rotation")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed("consumers:write")
    @Governed(
            auditEvent = ConsumerEvent.KeyRotated.NAME,
            refusals = {"rotation_in_progress", "conflict"})
    @InTransaction
    @Operation(
            operationId = "rotateKey",
            summary = "Rotate a key",
            description = "Makes a key that takes the place of another, with its networks and latest expiry; the answer"
                    + " holds it, the only time it is shown. The old key goes on for the overlap (PT24H), which starts"
                    + " with the first use of the new one, or now; the deadline (P30D) ends it though the new one was"
                    + " never used. Answers to the old key carry API-Key-Expires. A rotation is in progress until the"
                    + " old key ends; after the new key was revoked, the old one can be rotated again.")
    public RestResponse<RotatedKey> rotate(
            @PathParam("id") String id, @PathParam("key") String key, @NotNull @Valid NewRotation wanted) {
        return created(keys.rotate(id, key, wanted));
    }

    @PUT
    @Path("/{key}/networks")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed("consumers:write")
    @Governed(auditEvent = ConsumerEvent.KeyLimited.NAME, refusals = "conflict")
    @InTransaction
    @Operation(
            operationId = "limitKey",
            summary = "Change where calls with a key may come from",
            description =
                    "In place of the networks that it has; none lets calls come from anywhere. On every node within"
                            + " a second. The calling key must hold every scope of the consumer. Again, it changes nothing.")
    public RestResponse<KeyView> limit(
            @PathParam("id") String id, @PathParam("key") String key, @NotNull @Valid KeyNetworks wanted) {
        return RestResponse.ok(views.of(networks.changed(id, key, wanted)));
    }

    @DELETE
    @Path("/{key}")
    @PermissionsAllowed("consumers:write")
    @Governed(auditEvent = ConsumerEvent.KeyRevoked.NAME)
    @InTransaction
    @Operation(
            operationId = "revokeKey",
            summary = "Revoke a key",
            description =
                    "It stops working on every node within a second, for good. Revoking it again changes nothing.")
    public RestResponse<KeyView> revoke(@PathParam("id") String id, @PathParam("key") String key) {
        return RestResponse.ok(views.of(keys.revoke(id, key)));
    }

    private static <T> RestResponse<T> created(T answer) {
        return RestResponse.ResponseBuilder.<T>create(RestResponse.Status.CREATED)
                .entity(answer)
                .build();
    }
}
