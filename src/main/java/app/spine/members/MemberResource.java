package app.spine.members;

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
import java.sql.SQLException;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The members of an academy. */
@Path("/v1/members")
@Tag(name = "Members", description = "The people of an academy.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class MemberResource {

    static final String MERGE_PATCH = "application/merge-patch+json";

    private final Members members;
    private final MemberReader reader;
    private final MemberScope scope;

    MemberResource(Members members, MemberReader reader, MemberScope scope) {
        this.members = members;
        this.reader = reader;
        this.scope = scope;
    }

    @GET
    @PermissionsAllowed(MemberScope.READ)
    @Governed(
            cost = 2,
            alsoUses = {MemberScope.CONTACT_READ, MemberScope.MINOR_READ})
    @InTransaction
    @Operation(
            operationId = "listMembers",
            summary = "List members",
            description = "In the order of their making. q finds members whose name, e-mail address or phone number has"
                    + " words that begin with each word of it; q, email and phone take members.contact:read. Without"
                    + " members.minor:read people under 18 are missing.")
    public Page<MemberView> list(
            @QueryParam("q") @Nullable String q,
            @QueryParam("email") @Nullable String email,
            @QueryParam("phone") @Nullable String phone,
            @QueryParam("status") @Nullable String status,
            @QueryParam("household_id") @Nullable String householdId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after) {
        MemberFilter filter = MemberFilter.read(q, email, phone, status, householdId, scope);
        UUID from = Page.after(after, Members.LIST, filter.fingerprint()).orElse(null);
        return members.list(filter, from, Page.limit(limit));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @PermissionsAllowed(MemberScope.WRITE)
    @Governed(
            auditEvent = MemberEvent.Created.NAME,
            alsoUses = {MemberScope.CONTACT_READ, MemberScope.MINOR_READ})
    @InTransaction
    @Operation(operationId = "addMember", summary = "Add a member")
    public RestResponse<MemberView> add(@NotNull @Valid NewMember wanted) {
        MemberView view = members.add(wanted);
        return RestResponse.ResponseBuilder.<MemberView>created(URI.create("/v1/members/" + view.id()))
                .entity(view)
                .header("ETag", view.etag())
                .build();
    }

    @GET
    @Path("/{id}")
    @PermissionsAllowed(MemberScope.READ)
    @Governed(alsoUses = {MemberScope.CONTACT_READ, MemberScope.MINOR_READ})
    @Operation(operationId = "readMember", summary = "Read a member")
    public RestResponse<MemberView> read(
            @PathParam("id") String id, @HeaderParam("If-None-Match") @Nullable String ifNoneMatch)
            throws SQLException {
        MemberView view = reader.require(id);
        String etag = view.etag();
        if (!ETags.ifNoneMatch(ifNoneMatch, etag)) {
            return RestResponse.ResponseBuilder.<MemberView>notModified()
                    .header("ETag", etag)
                    .build();
        }
        return RestResponse.ResponseBuilder.ok(view).header("ETag", etag).build();
    }

    @PATCH
    @Path("/{id}")
    @Consumes(MERGE_PATCH)
    @PermissionsAllowed(MemberScope.WRITE)
    @Governed(
            auditEvent = MemberEvent.Updated.NAME,
            refusals = "illegal_transition",
            alsoUses = {MemberScope.CONTACT_READ, MemberScope.MINOR_READ})
    @InTransaction
    @Operation(
            operationId = "changeMember",
            summary = "Change a member",
            description = "A merge patch (RFC 7396): what it names is set, null removes it, contacts are replaced as a"
                    + " whole. If-Match carries the ETag the change is based on.")
    public RestResponse<MemberView> change(
            @PathParam("id") String id,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MERGE_PATCH,
                                            schema = @Schema(implementation = MemberDetails.class)))
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
        MemberView view = members.change(id, ifMatch, patch);
        return RestResponse.ResponseBuilder.ok(view).header("ETag", view.etag()).build();
    }
}
