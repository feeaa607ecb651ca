package app.spine.portal;

import app.spine.consumers.AllowedNetworks;
import app.spine.consumers.ConsumerReport;
import app.spine.consumers.ConsumerView;
import app.spine.consumers.Consumers;
import app.spine.consumers.KeyNetworks;
import app.spine.consumers.KeyView;
import app.spine.http.Problem;
import app.spine.requests.Callers;
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
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestResponse;

/** Changes where calls with a key may come from, beside where they came from lately. */
@Path("/portal/consumers/{id}/keys/{key}/networks")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.PARTNER})
@FreshSignIn
@InPortalTransaction
class KeyNetworksPage {

    private static final Duration CALLERS_SINCE = Duration.ofHours(24);

    // What people read of them; a key in use by more is not limited by hand.
    private static final int ADDRESSES = 8;

    private final Consumers consumers;
    private final ConsumerReport report;
    private final AllowedNetworks networks;
    private final Callers callers;
    private final Reach reach;
    private final Shells shells;

    KeyNetworksPage(
            Consumers consumers,
            ConsumerReport report,
            AllowedNetworks networks,
            Callers callers,
            Reach reach,
            Shells shells) {
        this.consumers = consumers;
        this.report = report;
        this.networks = networks;
        this.callers = callers;
        this.reach = reach;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> ask(@PathParam("id") String id, @PathParam("key") String keyId) throws SQLException {
        KeyView key = requireKey(id, keyId);
        return Html.page(page(id, key, Form.empty().preset("networks", String.join("\n", key.networks()))));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> change(
            @PathParam("id") String id, @PathParam("key") String keyId, MultivaluedMap<String, String> sent)
            throws SQLException {
        KeyView key = requireKey(id, keyId);
        Form form = Form.of(sent);
        try {
            networks.change(id, keyId, new KeyNetworks(networks(form)));
            return Html.to(ConsumersPage.PATH + "/" + id, Done.KEY_LIMITED);
        } catch (Problem problem) {
            if (problem.kind().status() != 422 && problem.kind().status() != 409) {
                throw problem;
            }
            form.refuse(problem);
        }
        return Html.page(422, page(id, key, form));
    }

    /** Networks of a form's field, separated by anything that is no part of one. */
    static List<String> networks(Form form) {
        return Stream.of(form.value("networks").split("[\\s,]+", -1))
                .filter(network -> !network.isEmpty())
                .toList();
    }

    private KeyView requireKey(String id, String keyId) {
        return report.keys(reach.require(id)).findLive(keyId).orElseThrow(Problem::notFound);
    }

    private TemplateInstance page(String id, KeyView key, Form form) throws SQLException {
        List<String> addresses = callers.ofKeys(id, List.of(key.id()), CALLERS_SINCE).stream()
                .map(Callers.Caller::address)
                .distinct()
                .toList();
        return Templates.limitKey(
                shells.of(Navigation.Page.of(shells.role())),
                consumers.read(id),
                key,
                addresses.stream().limit(ADDRESSES).toList(),
                Math.max(0, addresses.size() - ADDRESSES),
                form);
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance limitKey(
                Shell shell, ConsumerView consumer, KeyView key, List<String> addresses, int more, Form form);
    }
}
