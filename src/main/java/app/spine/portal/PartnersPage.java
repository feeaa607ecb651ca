package app.spine.portal;

import app.spine.consumers.ConsumerView;
import app.spine.consumers.Consumers;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.sql.SQLException;
import org.jboss.resteasy.reactive.RestResponse;

/** Lets developers of a partner use the portal for a consumer, and ends it. */
@Path("/portal/consumers/{id}")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN})
@FreshSignIn
@InPortalTransaction
class PartnersPage {

    private final Partners partners;
    private final Consumers consumers;
    private final Shells shells;

    PartnersPage(Partners partners, Consumers consumers, Shells shells) {
        this.partners = partners;
        this.consumers = consumers;
        this.shells = shells;
    }

    @GET
    @Path("/invitations/new")
    public RestResponse<String> ask(@PathParam("id") String id) {
        return Html.page(Templates.invite(shells.of(Navigation.Page.CONSUMERS), consumers.read(id)));
    }

    /** Makes an invitation; the code is in this answer and nowhere else. */
    @POST
    @Path("/invitations")
    public RestResponse<String> invite(@PathParam("id") String id) throws SQLException {
        NewInvitation made = partners.invite(id);
        return Html.page(Templates.invited(shells.of(Navigation.Page.CONSUMERS), consumers.read(id), made));
    }

    @GET
    @Path("/partners/{partner}/end")
    public RestResponse<String> askForEnd(@PathParam("id") String id, @PathParam("partner") String partner)
            throws SQLException {
        ConsumerView consumer = consumers.read(id);
        Partner found = partners.require(id, partner);
        return Html.page(Templates.endPartner(shells.of(Navigation.Page.CONSUMERS), consumer, found));
    }

    /** Ends what one developer may. */
    @POST
    @Path("/partners/{partner}/end")
    public RestResponse<String> unbind(@PathParam("id") String id, @PathParam("partner") String partner)
            throws SQLException {
        partners.unbind(id, partner);
        return Html.to(ConsumersPage.PATH + "/" + id, Done.PARTNER_ENDED);
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance invite(Shell shell, ConsumerView consumer);

        static native TemplateInstance endPartner(Shell shell, ConsumerView consumer, Partner partner);

        static native TemplateInstance invited(Shell shell, ConsumerView consumer, NewInvitation made);
    }
}
