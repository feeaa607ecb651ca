package app.spine.portal;

import app.spine.consumers.KeysToReplace;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** Keys that became public and were stopped, keys that web pages send, and keys that end soon. */
@Path("/portal/leaks")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN})
@InPortalTransaction
class LeaksPage {

    private final KeysToReplace keys;
    private final Shells shells;

    LeaksPage(KeysToReplace keys, Shells shells) {
        this.keys = keys;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> list() {
        return Html.page(
                Templates.leaks(shells.of(Navigation.Page.LEAKS), keys.leaked(), keys.exposed(), keys.ending()));
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance leaks(
                Shell shell,
                List<KeysToReplace.KeyOfConsumer> leaked,
                List<KeysToReplace.KeyOfConsumer> exposed,
                List<KeysToReplace.KeyOfConsumer> ending);
    }
}
