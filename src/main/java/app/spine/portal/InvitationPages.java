package app.spine.portal;

import app.spine.access.ClientAddress;
import app.spine.http.Problem;
import app.spine.tenancy.TenantTransaction;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where a partner's developer enters the code of an invitation. */
@Path(PortalPath.ROOT)
@Produces(GatePages.TYPE)
@RunOnVirtualThread
class InvitationPages {

    private final Partners partners;
    private final CurrentPerson person;
    private final Csrf csrf;
    private final TenantTransaction transaction;
    private final SignInGuard guard;
    private final ClientAddress addresses;
    private final GatePages pages;

    InvitationPages(
            Partners partners,
            CurrentPerson person,
            Csrf csrf,
            TenantTransaction transaction,
            SignInGuard guard,
            ClientAddress addresses,
            GatePages pages) {
        this.partners = partners;
        this.person = person;
        this.csrf = csrf;
        this.transaction = transaction;
        this.guard = guard;
        this.addresses = addresses;
        this.pages = pages;
    }

    @GET
    @Path("/invitation")
    @Allowed(Role.PARTNER)
    public Response invitation() {
        return person.require().consumerId() == null ? page(200, null) : to(PortalPath.ROOT);
    }

    @POST
    @Path("/invitation")
    @Allowed(Role.PARTNER)
    public Response accept(@FormParam("code") @Nullable String code, RoutingContext context) {
        if (!guard.admits(addresses.of(context.request()))) {
            return pages.tooMany();
        }
        String entered = code == null ? "" : code.strip();
        try {
            transaction.call(() -> partners.accept(entered, person.require()));
        } catch (Problem refusal) {
            return page(refusal.kind().status(), refusal.detail());
        }
        return to(PortalPath.ROOT);
    }

    private Response page(int status, @Nullable String refusal) {
        return Response.status(status)
                .entity(Templates.invitation(person.require(), csrf.getToken(), refusal)
                        .render())
                .type(GatePages.TYPE)
                .build();
    }

    private static Response to(String page) {
        return Response.status(303).location(URI.create(page)).build();
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance invitation(Person person, String csrf, @Nullable String refusal);
    }
}
