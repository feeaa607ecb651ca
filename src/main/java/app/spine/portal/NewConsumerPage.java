package app.spine.portal;

import app.spine.consumers.ConsumerView;
import app.spine.consumers.Consumers;
import app.spine.consumers.Environment;
import app.spine.consumers.NewConsumer;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** Registers a consumer. */
@Path("/portal/consumers/new")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN})
@InPortalTransaction
class NewConsumerPage {

    private final Consumers consumers;
    private final Shells shells;

    NewConsumerPage(Consumers consumers, Shells shells) {
        this.consumers = consumers;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> ask() {
        return Html.page(Templates.newConsumer(shell(), Form.empty().preset("environment", "test"), ScopeChoices.ALL));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> create(MultivaluedMap<String, String> sent) {
        Form form = Form.of(sent);
        ConsumerForm fields = new ConsumerForm(form);
        Environment environment = Environment.parse(form.value("environment")).orElse(Environment.TEST);
        NewConsumer wanted = new NewConsumer(
                fields.name(),
                fields.ownerName(),
                fields.ownerEmail(),
                environment,
                fields.purpose(),
                fields.scopes(),
                null,
                null);
        if (form.isRefused()) {
            return Html.page(422, Templates.newConsumer(shell(), form, ScopeChoices.ALL));
        }
        ConsumerView created = consumers.create(wanted);
        return Html.to(ConsumersPage.PATH + "/" + created.id(), Done.CONSUMER_CREATED);
    }

    private Shell shell() {
        return shells.of(Navigation.Page.CONSUMERS);
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance newConsumer(Shell shell, Form form, List<ScopeChoices.Group> groups);
    }
}
