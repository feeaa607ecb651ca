package app.spine.members;

import app.spine.http.GrantedScopes;
import app.spine.tenancy.CurrentTenant;
import app.spine.tenancy.Tenant;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * The hot path without its governance: the same row under the same row-level security as the same JSON, for whoever
 * asks. It is compiled by the Maven profile {@code bench} alone, which packages into a place of its own.
 */
@Path("/bench/tenants/{tenant}/members/{id}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class BareMemberResource {

    /** What the benchmark's consumers hold as well, so that both ways show the same. */
    private static final Set<String> SCOPES =
            Set.of(MemberScope.READ, MemberScope.CONTACT_READ, MemberScope.MINOR_READ);

    private final MemberReader reader;
    private final CurrentTenant currentTenant;
    private final GrantedScopes granted;

    BareMemberResource(MemberReader reader, CurrentTenant currentTenant, GrantedScopes granted) {
        this.reader = reader;
        this.currentTenant = currentTenant;
        this.granted = granted;
    }

    @GET
    public RestResponse<MemberView> read(@PathParam("tenant") String tenant, @PathParam("id") String id)
            throws SQLException {
        currentTenant.enter(new Tenant(UUID.fromString(tenant), ZoneOffset.UTC));
        granted.grant(SCOPES);
        MemberView view = reader.require(id);
        return RestResponse.ResponseBuilder.ok(view).header("ETag", view.etag()).build();
    }
}
