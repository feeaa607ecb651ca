package app.spine.portal;

import app.spine.http.Problem;
import app.spine.http.TypeId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.jboss.resteasy.reactive.RestResponse;

/** Leads a partner to its consumer. */
@Path("/portal/own")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed(Role.PARTNER)
@InPortalTransaction
class OwnConsumerPage {

    private final CurrentPerson person;

    OwnConsumerPage(CurrentPerson person) {
        this.person = person;
    }

    /** The consumer that a partner is bound to. */
    @GET
    public RestResponse<String> own() {
        if (person.require().consumerId() == null) {
            throw Problem.notFound();
        }
        return Html.to(ConsumersPage.PATH + "/"
                + TypeId.format("consumer", person.require().consumerId()));
    }
}
