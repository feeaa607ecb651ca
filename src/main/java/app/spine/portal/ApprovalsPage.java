package app.spine.portal;

import app.spine.consumers.ApprovalView;
import app.spine.consumers.Approvals;
import app.spine.consumers.DecidedScopes;
import app.spine.consumers.Scope;
import app.spine.consumers.WaitingScopes;
import app.spine.http.Page;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Set;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What waits for a second person. */
@Path("/portal/approvals")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR})
@InPortalTransaction
class ApprovalsPage {

    static final String PATH = "/portal/approvals";

    private static final int ROWS = 50;
    private static final int DECIDED = 20;
    private static final int MAX_NOTE = 500;

    private final Approvals approvals;
    private final CurrentPerson person;
    private final Shells shells;

    ApprovalsPage(Approvals approvals, CurrentPerson person, Shells shells) {
        this.approvals = approvals;
        this.person = person;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> list(@QueryParam("after") @Nullable String after) {
        Page<WaitingScopes> page = approvals.list(after, ROWS);
        List<Request> requests = page.data().stream().map(this::request).toList();
        String next = page.next() == null
                ? null
                : Query.of(PATH).with("after", page.next()).toString();
        return Html.page(
                Templates.approvals(shells.of(Navigation.Page.APPROVALS), requests, approvals.decided(DECIDED), next));
    }

    @POST
    @Path("/{consumer}/approval")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Allowed({Role.OWNER, Role.ADMIN})
    public RestResponse<String> approve(@PathParam("consumer") String consumer, MultivaluedMap<String, String> sent) {
        Form form = Form.of(sent);
        approvals.approve(consumer, Set.copyOf(form.all("scopes")), note(form));
        return Html.to(PATH, Done.REQUEST_APPROVED);
    }

    @GET
    @Path("/{consumer}/refusal")
    @Allowed({Role.OWNER, Role.ADMIN})
    public RestResponse<String> askForRefusal(@PathParam("consumer") String consumer) {
        return Html.page(
                Templates.refuseScopes(shells.of(Navigation.Page.APPROVALS), request(approvals.require(consumer))));
    }

    @POST
    @Path("/{consumer}/refusal")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Allowed({Role.OWNER, Role.ADMIN})
    public RestResponse<String> refuse(@PathParam("consumer") String consumer, MultivaluedMap<String, String> sent) {
        Form form = Form.of(sent);
        approvals.refuse(consumer, Set.copyOf(form.all("scopes")), note(form));
        return Html.to(PATH, Done.REQUEST_REFUSED);
    }

    private static @Nullable String note(Form form) {
        String note = form.find("note");
        return note == null ? null : note.substring(0, Math.min(MAX_NOTE, note.length()));
    }

    private Request request(WaitingScopes waiting) {
        return Request.of(waiting, person.require().subject());
    }

    /** What waits, with whether the reader asked for it and therefore cannot decide. */
    record Request(WaitingScopes waiting, List<Scope> scopes, boolean own) {

        static Request of(WaitingScopes waiting, String self) {
            ApprovalView approval = waiting.approval();
            return new Request(
                    waiting,
                    approval.scopesPending().stream()
                            .flatMap(scope -> Scope.parse(scope).stream())
                            .toList(),
                    approval.requestedBy().equals(self));
        }

        public ApprovalView approval() {
            return waiting.approval();
        }
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance approvals(
                Shell shell, List<Request> requests, List<DecidedScopes> decisions, @Nullable String next);

        static native TemplateInstance refuseScopes(Shell shell, Request request);
    }
}
