package app.spine.portal;

import app.spine.consumers.ConsumerDetails;
import app.spine.consumers.ConsumerStatus;
import app.spine.consumers.ConsumerView;
import app.spine.consumers.Consumers;
import app.spine.consumers.HeldScope;
import app.spine.consumers.Limits;
import app.spine.consumers.Scope;
import app.spine.consumers.ScopeRemoval;
import app.spine.consumers.UnusedScopes;
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
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Changes, suspends and restores a consumer, and takes scopes from it that it does not use. */
@Path("/portal/consumers/{id}")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN})
@InPortalTransaction
class ConsumerChangesPage {

    private static final Duration LATELY = Duration.ofHours(1);

    private final Consumers consumers;
    private final UnusedScopes scopes;
    private final Callers callers;
    private final Shells shells;

    ConsumerChangesPage(Consumers consumers, UnusedScopes scopes, Callers callers, Shells shells) {
        this.consumers = consumers;
        this.scopes = scopes;
        this.callers = callers;
        this.shells = shells;
    }

    @GET
    @Path("/edit")
    public RestResponse<String> askForChange(@PathParam("id") String id) {
        ConsumerView consumer = consumers.read(id);
        ConsumerDetails details = consumers.details(id);
        Form form = Form.empty()
                .preset("etag", consumer.etag())
                .preset("name", details.name())
                .preset("owner_name", details.ownerName())
                .preset("owner_email", details.ownerEmail())
                .preset("purpose", details.purpose());
        details.scopes().forEach(scope -> form.preset("scopes", scope.wire()));
        presetLimits(form, details.limits());
        return Html.page(Templates.editConsumer(shell(), consumer, form, ScopeChoices.ALL));
    }

    @POST
    @Path("/edit")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> change(@PathParam("id") String id, MultivaluedMap<String, String> sent) {
        Form form = Form.of(sent);
        ConsumerForm fields = new ConsumerForm(form);
        ConsumerDetails current = consumers.details(id);
        ConsumerDetails wanted = new ConsumerDetails(
                fields.name(),
                fields.ownerName(),
                fields.ownerEmail(),
                fields.purpose(),
                fields.scopes(),
                fields.limits(),
                current.contractVersion(),
                current.status());
        if (form.isRefused()) {
            return Html.page(422, Templates.editConsumer(shell(), consumers.read(id), form, ScopeChoices.ALL));
        }
        consumers.change(id, form.value("etag"), wanted);
        return Html.to(ConsumersPage.PATH + "/" + id, Done.CONSUMER_CHANGED);
    }

    @GET
    @Path("/suspension")
    public RestResponse<String> askForSuspension(@PathParam("id") String id) throws SQLException {
        ConsumerView consumer = consumers.read(id);
        long calls = callers.pace(id, LATELY).stream()
                .mapToLong(Callers.Minute::calls)
                .sum();
        return Html.page(Templates.suspendConsumer(shell(), consumer, calls));
    }

    @POST
    @Path("/suspension")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> suspend(@PathParam("id") String id) {
        change(id, ConsumerStatus.SUSPENDED);
        return Html.to(ConsumersPage.PATH + "/" + id, Done.CONSUMER_SUSPENDED);
    }

    @GET
    @Path("/restoration")
    public RestResponse<String> askForRestoration(@PathParam("id") String id) {
        return Html.page(Templates.restoreConsumer(shell(), consumers.read(id)));
    }

    @POST
    @Path("/restoration")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> restore(@PathParam("id") String id) {
        change(id, ConsumerStatus.ACTIVE);
        return Html.to(ConsumersPage.PATH + "/" + id, Done.CONSUMER_RESTORED);
    }

    @GET
    @Path("/unused-scopes")
    public RestResponse<String> askForRemoval(@PathParam("id") String id) throws SQLException {
        List<HeldScope> unused =
                scopes.held(id).stream().filter(HeldScope::unused).toList();
        return Html.page(Templates.dropScopes(shell(), consumers.read(id), unused));
    }

    @POST
    @Path("/unused-scopes")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> remove(@PathParam("id") String id, MultivaluedMap<String, String> sent)
            throws SQLException {
        List<Scope> chosen = Form.of(sent).all("scopes").stream()
                .flatMap(text -> Scope.parse(text).stream())
                .toList();
        scopes.remove(id, new ScopeRemoval(chosen));
        return Html.to(ConsumersPage.PATH + "/" + id, Done.SCOPES_DROPPED);
    }

    /** Whatever else changed meanwhile stays: suspending does not depend on it. */
    private void change(String id, ConsumerStatus status) {
        consumers.change(id, "*", consumers.details(id).with(status));
    }

    private static void presetLimits(Form form, @Nullable Limits limits) {
        if (limits == null) {
            return;
        }
        Limits.Burst burst = limits.burst();
        if (burst != null) {
            form.preset("burst_requests", burst.requests()).preset("burst_seconds", burst.seconds());
        }
        Limits.Sustained sustained = limits.sustained();
        if (sustained != null) {
            form.preset("sustained_requests", sustained.requests()).preset("sustained_seconds", sustained.seconds());
        }
        form.preset("monthly_quota", limits.monthlyQuota());
    }

    private Shell shell() {
        return shells.of(Navigation.Page.CONSUMERS);
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance editConsumer(
                Shell shell, ConsumerView consumer, Form form, List<ScopeChoices.Group> groups);

        static native TemplateInstance suspendConsumer(Shell shell, ConsumerView consumer, long calls);

        static native TemplateInstance restoreConsumer(Shell shell, ConsumerView consumer);

        static native TemplateInstance dropScopes(Shell shell, ConsumerView consumer, List<HeldScope> unused);
    }
}
