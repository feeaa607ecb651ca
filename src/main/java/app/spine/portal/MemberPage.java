package app.spine.portal;

import app.spine.audit.AuditFilter;
import app.spine.audit.AuditRecord;
import app.spine.audit.AuditSearch;
import app.spine.members.MemberDirectory;
import app.spine.members.MemberView;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.sql.SQLException;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** One member: who it is, how to reach it, with whom it shares a household, and what was changed. */
@Path("/portal/members/{id}")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR})
@InPortalTransaction
class MemberPage {

    private static final int CHANGES = 20;

    private final MemberDirectory directory;
    private final AuditSearch trail;
    private final Shells shells;

    MemberPage(MemberDirectory directory, AuditSearch trail, Shells shells) {
        this.directory = directory;
        this.trail = trail;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> read(@PathParam("id") String id) throws SQLException {
        MemberView member = directory.require(id);
        MembersPage.Row row =
                new MembersPage.Row(member, MembersPage.statusOf(member.status()), directory.isMinor(member));
        return Html.page(Templates.member(
                shells.of(Navigation.Page.MEMBERS),
                row,
                directory.households(member.id()),
                trail.list(AuditFilter.ofEntity(member.id()), null, CHANGES).data()));
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance member(
                Shell shell,
                MembersPage.Row row,
                List<MemberDirectory.Household> households,
                List<AuditRecord> changes);
    }
}
