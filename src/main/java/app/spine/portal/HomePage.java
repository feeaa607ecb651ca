package app.spine.portal;

import app.spine.consumers.Approvals;
import app.spine.consumers.ConsumerFilter;
import app.spine.consumers.ConsumerOverview;
import app.spine.consumers.ConsumerView;
import app.spine.consumers.Consumers;
import app.spine.consumers.KeysToReplace;
import app.spine.http.TypeId;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.sql.SQLException;
import org.jboss.resteasy.reactive.RestResponse;

/** Where people arrive: what waits for somebody, and for a partner its app. */
@Path(PortalPath.ROOT)
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
@InPortalTransaction
class HomePage {

    private static final int MOST = 100;

    private final CurrentPerson person;
    private final Consumers consumers;
    private final ConsumerOverview overview;
    private final Approvals approvals;
    private final KeysToReplace keys;
    private final Shells shells;

    HomePage(
            CurrentPerson person,
            Consumers consumers,
            ConsumerOverview overview,
            Approvals approvals,
            KeysToReplace keys,
            Shells shells) {
        this.person = person;
        this.consumers = consumers;
        this.overview = overview;
        this.approvals = approvals;
        this.keys = keys;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> home() throws SQLException {
        Shell shell = shells.of(null);
        if (person.require().consumerId() != null) {
            ConsumerView own =
                    consumers.read(TypeId.format("consumer", person.require().consumerId()));
            return Html.page(Templates.homeOfPartner(shell, own));
        }
        return Html.page(Templates.home(
                shell,
                keys.alarms(),
                new Waiting(
                        count(ConsumerFilter.State.LIMITED),
                        count(ConsumerFilter.State.EXPIRING),
                        count(ConsumerFilter.State.ROTATING),
                        approvals.count())));
    }

    private String count(ConsumerFilter.State state) throws SQLException {
        var page = overview.list(new ConsumerFilter(null, null, state, ConsumerFilter.Sort.LIMIT), null, MOST);
        return page.data().size() + (page.next() == null ? "" : "+");
    }

    /** How many consumers need somebody. */
    record Waiting(String limited, String expiring, String rotating, long approvals) {}

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance home(Shell shell, KeysToReplace.Alarms alarms, Waiting waiting);

        static native TemplateInstance homeOfPartner(Shell shell, ConsumerView own);
    }
}
