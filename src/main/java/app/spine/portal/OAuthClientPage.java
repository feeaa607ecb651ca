package app.spine.portal;

import app.spine.consumers.ClientBinding;
import app.spine.consumers.ConsumerView;
import app.spine.consumers.Consumers;
import app.spine.consumers.OAuthClients;
import app.spine.http.Problem;
import app.spine.tenancy.TenantTransaction;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import org.jboss.resteasy.reactive.RestResponse;

/** Binds a consumer to a client of the sign-in provider, whose tokens then count beside its keys, and ends that. */
@Path("/portal/consumers/{id}/oauth-client")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN})
@FreshSignIn
class OAuthClientPage {

    private final Consumers consumers;
    private final OAuthClients clients;
    private final TenantTransaction transaction;
    private final Shells shells;

    OAuthClientPage(Consumers consumers, OAuthClients clients, TenantTransaction transaction, Shells shells) {
        this.consumers = consumers;
        this.clients = clients;
        this.transaction = transaction;
        this.shells = shells;
    }

    @GET
    @InPortalTransaction
    public RestResponse<String> ask(@PathParam("id") String id) {
        ConsumerView consumer = consumers.read(id);
        Form form = Form.empty();
        if (consumer.oauthClient() != null) {
            form.preset("client_id", consumer.oauthClient().clientId());
        }
        return Html.page(Templates.oauthClient(shell(), consumer, form));
    }

    /** In a transaction of its own: after a client that is bound elsewhere, it can show no page any more. */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> bind(@PathParam("id") String id, MultivaluedMap<String, String> sent) {
        Form form = Form.of(sent);
        String client = form.value("client_id");
        if (client.isEmpty() || client.length() > ClientBinding.LENGTH) {
            form.refuse("client_id", "Give the client's id as the provider has it, 255 characters at most");
        } else {
            try {
                transaction.call(() -> clients.bind(id, client));
                return Html.to(ConsumersPage.PATH + "/" + id, Done.CLIENT_BOUND);
            } catch (Problem problem) {
                if (problem.kind().status() != 409) {
                    throw problem;
                }
                form.refuse(problem);
            }
        }
        return transaction.call(() -> Html.page(422, Templates.oauthClient(shell(), consumers.read(id), form)));
    }

    @POST
    @Path("/end")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @InPortalTransaction
    public RestResponse<String> unbind(@PathParam("id") String id) {
        clients.unbind(id);
        return Html.to(ConsumersPage.PATH + "/" + id, Done.CLIENT_UNBOUND);
    }

    private Shell shell() {
        return shells.of(Navigation.Page.CONSUMERS);
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance oauthClient(Shell shell, ConsumerView consumer, Form form);
    }
}
