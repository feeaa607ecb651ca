package app.spine.portal;

import app.spine.http.Page;
import app.spine.http.Problem;
import app.spine.members.MemberDirectory;
import app.spine.members.MemberStatus;
import app.spine.members.MemberView;
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
import java.util.Arrays;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Finds members. What is searched for goes in the body of a form: a name in an address would stay in the browser's history
 * and in the logs of whatever is on the way.
 */
@Path("/portal/members")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR})
@InPortalTransaction
class MembersPage {

    static final String PATH = "/portal/members";

    private static final int ROWS = 50;

    private final MemberDirectory directory;
    private final Shells shells;

    MembersPage(MemberDirectory directory, Shells shells) {
        this.directory = directory;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> list() {
        return show(Form.empty());
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> search(MultivaluedMap<String, String> sent) {
        return show(Form.of(sent));
    }

    private RestResponse<String> show(Form form) {
        Shell shell = shells.of(Navigation.Page.MEMBERS);
        List<String> statuses =
                Arrays.stream(MemberStatus.values()).map(MemberStatus::wire).toList();
        try {
            Page<MemberView> page = directory.find(form.find("q"), form.find("status"), form.find("after"), ROWS);
            List<Row> rows = page.data().stream().map(this::row).toList();
            return Html.page(Templates.members(shell, rows, form, statuses, page.next()));
        } catch (Problem problem) {
            if (problem.kind().status() != 400) {
                throw problem;
            }
            form.refuse(
                    "q",
                    problem.reasons().isEmpty()
                            ? problem.detail()
                            : problem.reasons().getFirst().detail());
            return Html.page(400, Templates.members(shell, List.of(), form, statuses, null));
        }
    }

    private Row row(MemberView member) {
        return new Row(member, statusOf(member.status()), directory.isMinor(member));
    }

    static Status statusOf(String status) {
        return new Status(
                switch (status) {
                    case "active" -> "healthy";
                    case "trial" -> "ready";
                    case "paused" -> "watch";
                    default -> "planned";
                },
                status);
    }

    /** A member of the list. */
    record Row(MemberView member, Status status, boolean minor) {

        /** What people call the member. */
        public String name() {
            return member.preferredName() == null ? member.legalName() : member.preferredName();
        }

        /** The first address of the kind; empty for none. */
        public String contact(String type) {
            return member.contacts() == null
                    ? ""
                    : member.contacts().stream()
                            .filter(contact -> contact.type().wire().equals(type))
                            .map(contact -> contact.value())
                            .findFirst()
                            .orElse("");
        }
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance members(
                Shell shell, List<Row> rows, Form form, List<String> statuses, @Nullable String next);
    }
}
