package app.spine.portal;

import app.spine.audit.AuditDetail;
import app.spine.audit.AuditFilter;
import app.spine.audit.AuditRecord;
import app.spine.audit.AuditSearch;
import app.spine.http.Page;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The audit trail: every change, by whom, before and after. */
@Path("/portal/audit")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR})
@InPortalTransaction
class AuditPage {

    static final String PATH = "/portal/audit";

    private static final int ROWS = 50;

    // Longer than any name or id; what is beyond cannot match.
    private static final int TEXT = 255;

    private final AuditSearch trail;
    private final Shells shells;

    AuditPage(AuditSearch trail, Shells shells) {
        this.trail = trail;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> list(
            @QueryParam("event") @Nullable String event,
            @QueryParam("actor") @Nullable String actor,
            @QueryParam("entity") @Nullable String entity,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("after") @Nullable String after)
            throws SQLException {
        Shell shell = shells.of(Navigation.Page.AUDIT);
        ZoneId zone = shell.times().zone();
        Query query = Query.of(PATH)
                .with("event", text(event))
                .with("actor", text(actor))
                .with("entity", text(entity))
                .with("from", instant(from, zone) == null ? null : from)
                .with("to", instant(to, zone) == null ? null : to);
        AuditFilter filter =
                new AuditFilter(text(event), text(actor), text(entity), instant(from, zone), instant(to, zone));
        Page<AuditRecord> page = trail.list(filter, text(after), ROWS);
        String next =
                page.next() == null ? null : query.with("after", page.next()).toString();
        return Html.page(Templates.audit(
                shell, page.data(), query, trail.events(), after == null ? null : query.toString(), next));
    }

    @GET
    @Path("/{id}")
    public RestResponse<String> read(@PathParam("id") String id) throws SQLException {
        AuditDetail detail = trail.require(id);
        Query all = Query.of(PATH);
        return Html.page(Templates.auditRecord(
                shells.of(Navigation.Page.AUDIT),
                detail,
                all.with("entity", detail.record().entityId()).toString(),
                all.with("actor", detail.record().actorId()).toString()));
    }

    private static @Nullable String text(@Nullable String text) {
        return text == null || text.isBlank()
                ? null
                : text.strip().substring(0, Math.min(TEXT, text.strip().length()));
    }

    /** What a field of date and time holds, in the academy's zone; null for what is none. */
    private static @Nullable Instant instant(@Nullable String text, ZoneId zone) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return LocalDateTime.parse(text).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance audit(
                Shell shell,
                List<AuditRecord> rows,
                Query query,
                List<String> events,
                @Nullable String first,
                @Nullable String next);

        static native TemplateInstance auditRecord(Shell shell, AuditDetail detail, String ofEntity, String byActor);
    }
}
