package app.spine.consumers;

import app.spine.http.Governed;
import app.spine.http.InTransaction;
import app.spine.http.Page;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What waits for the approval of a second person. No API approves. */
@Path("/v1/approvals")
@Tag(name = "Consumers", description = "Apps that call the API, and their keys.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class ApprovalResource {

    private static final String LIST = "approvals";

    private final Consumers consumers;

    ApprovalResource(Consumers consumers) {
        this.consumers = consumers;
    }

    @GET
    @PermissionsAllowed("consumers:read")
    @Governed
    @InTransaction
    @Operation(
            operationId = "listApprovals",
            summary = "List what waits for approval",
            description = "Sensitive scopes that consumers are to hold. An owner or admin other than the requester"
                    + " approves them in the portal.")
    public Page<ApprovalView> list(
            @QueryParam("limit") @Nullable String limit, @QueryParam("after") @Nullable String after) {
        int size = Page.limit(limit);
        UUID from = Page.after(after, LIST, "").orElse(null);
        return Page.of(consumers.listWaiting(from, size), size, LIST, "", consumer -> consumer.id, ApprovalView::of);
    }
}
