package app.spine.portal;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/** Where people arrive. */
@Path(PortalPath.ROOT)
@Produces(GatePages.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
class HomePage {

    private final CurrentPerson person;
    private final Csrf csrf;

    HomePage(CurrentPerson person, Csrf csrf) {
        this.person = person;
        this.csrf = csrf;
    }

    @GET
    public String home() {
        return Templates.home(person.require(), csrf.getToken()).render();
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance home(Person person, String csrf);
    }
}
