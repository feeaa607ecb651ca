package app.spine.portal;

import app.spine.consumers.ConsumerFilter;
import app.spine.consumers.ConsumerOverview;
import app.spine.consumers.ConsumerSummary;
import app.spine.http.Problem;
import app.spine.http.TypeId;
import app.spine.members.MemberDirectory;
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
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * From anywhere to a consumer, a member, a page, or the record of an id. What is searched for goes in the body of a form,
 * like the search of members: it may be a name or a key.
 */
@Path("/portal/find")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
@InPortalTransaction
class FindPage {

    private static final int ROWS = 5;

    private static final Map<String, String> PAGES_OF_IDS = Map.of(
            "req", RequestsPage.PATH,
            "consumer", ConsumersPage.PATH,
            "member", MembersPage.PATH,
            "audit", AuditPage.PATH);

    private static final Set<String> OPEN_TO_PARTNERS = Set.of("req", "consumer");

    private final ConsumerOverview consumers;
    private final MemberDirectory members;
    private final Shells shells;

    FindPage(ConsumerOverview consumers, MemberDirectory members, Shells shells) {
        this.consumers = consumers;
        this.members = members;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> ask() {
        return Html.page(Templates.find(shells.of(null), "", null));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> find(MultivaluedMap<String, String> sent) throws SQLException {
        String typed = Form.of(sent).value("q");
        Optional<String> page = pageOfId(typed, shells.role());
        if (page.isPresent()) {
            return Html.to(page.get());
        }
        String text = ConsumersPage.text(ConsumersPage.withoutKeys(typed));
        if (text == null) {
            return ask();
        }
        Shell shell = shells.of(null);
        boolean all = shell.role().mayReadAll();
        Found found = new Found(
                all ? consumers(text) : List.of(), all ? members(text) : List.of(), pages(text, shell.groups()));
        return Html.page(Templates.find(shell, text, found));
    }

    private static Optional<String> pageOfId(String text, Role role) {
        return PAGES_OF_IDS.entrySet().stream()
                .filter(page -> role.mayReadAll() || OPEN_TO_PARTNERS.contains(page.getKey()))
                .filter(page -> TypeId.parse(page.getKey(), text).isPresent())
                .map(page -> page.getValue() + "/" + text)
                .findFirst();
    }

    private List<ConsumerSummary> consumers(String text) throws SQLException {
        return consumers
                .list(new ConsumerFilter(text, null, null, ConsumerFilter.Sort.NAME), null, ROWS)
                .data();
    }

    /** None for what holds no word to search by, which is nothing wrong here. */
    private List<MemberView> members(String text) {
        try {
            return members.find(text, null, null, ROWS).data();
        } catch (Problem problem) {
            if (problem.kind().status() != 400) {
                throw problem;
            }
            return List.of();
        }
    }

    private static List<Navigation.Entry> pages(String text, List<Navigation.Group> groups) {
        String part = text.toLowerCase(Locale.ROOT);
        return groups.stream()
                .flatMap(group -> group.entries().stream())
                .filter(entry -> entry.title().toLowerCase(Locale.ROOT).contains(part))
                .toList();
    }

    /** What there is, a few of each kind. */
    record Found(List<ConsumerSummary> consumers, List<MemberView> members, List<Navigation.Entry> pages) {

        public boolean isNothing() {
            return consumers.isEmpty() && members.isEmpty() && pages.isEmpty();
        }
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance find(Shell shell, String text, @Nullable Found found);
    }
}
