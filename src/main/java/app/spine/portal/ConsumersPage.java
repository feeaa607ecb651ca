package app.spine.portal;

import app.spine.consumers.ConsumerFilter;
import app.spine.consumers.ConsumerOverview;
import app.spine.consumers.ConsumerSummary;
import app.spine.consumers.Environment;
import app.spine.http.Page;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The consumers of the academy: who fails, who is close to a limit, and which key ends next. */
@Path("/portal/consumers")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR})
@InPortalTransaction
class ConsumersPage {

    static final String PATH = "/portal/consumers";

    private static final int ROWS = 50;

    // Longer than any name; what is beyond cannot match.
    private static final int TEXT = 120;

    /** A key from its fifth character on, and what may be one without its beginning. */
    private static final Pattern KEY = Pattern.compile(
            "(spine_(?:live|test)_[0-9A-Za-z]{4}|(?<![0-9A-Za-z])[0-9A-Za-z]{4}(?=[0-9A-Za-z]{16}))[0-9A-Za-z]+");

    private final ConsumerOverview overview;
    private final Shells shells;

    ConsumersPage(ConsumerOverview overview, Shells shells) {
        this.overview = overview;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> list(
            @QueryParam("q") @Nullable String q,
            @QueryParam("environment") @Nullable String environment,
            @QueryParam("status") @Nullable String status,
            @QueryParam("sort") @Nullable String sort,
            @QueryParam("after") @Nullable String after)
            throws SQLException {
        ConsumerFilter filter = new ConsumerFilter(
                text(q),
                Environment.parse(environment).orElse(null),
                ConsumerFilter.State.parse(status).orElse(null),
                ConsumerFilter.Sort.parse(sort));
        Query query = Query.of(PATH)
                .with("q", filter.text())
                .with("environment", environment)
                .with("status", status)
                .with("sort", filter.sort() == ConsumerFilter.Sort.LIMIT ? null : sort);
        Page<ConsumerSummary> page = overview.list(filter, after == null || after.isEmpty() ? null : after, ROWS);
        Shell shell = shells.of(Navigation.Page.CONSUMERS);
        List<Row> rows = page.data().stream()
                .map(consumer -> Row.of(consumer, shell.times().now()))
                .toList();
        String next =
                page.next() == null ? null : query.with("after", page.next()).toString();
        return Html.page(Templates.consumers(
                shell, rows, query, columns(query, filter.sort()), after == null ? null : query.toString(), next));
    }

    /** Goes on to the list. What was typed may be a whole key, which no address is to hold: its first letters find it. */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> search(MultivaluedMap<String, String> sent) {
        Form form = Form.of(sent);
        return Html.to(Query.of(PATH)
                .with("q", text(withoutKeys(form.value("q"))))
                .with("environment", form.value("environment"))
                .with("status", form.value("status"))
                .with("sort", form.value("sort"))
                .toString());
    }

    static String withoutKeys(String text) {
        return KEY.matcher(text).replaceAll("$1");
    }

    /** What a search looks at; null for nothing. */
    static @Nullable String text(@Nullable String q) {
        String text = Form.clean(q);
        return text.isEmpty() ? null : text.substring(0, Math.min(TEXT, text.length()));
    }

    private static List<Column> columns(Query query, ConsumerFilter.Sort sort) {
        return List.of(
                Column.of("Consumer", "", ConsumerFilter.Sort.NAME, "ascending", query, sort),
                new Column("Status", "", null, null),
                Column.of("Last call", "", ConsumerFilter.Sort.LAST_CALL, "descending", query, sort),
                new Column("Calls, 7 days", "right p3 p-off", null, null),
                Column.of("Errors, 7 days", "right p2", ConsumerFilter.Sort.ERRORS, "descending", query, sort),
                Column.of("Limit used at peak", "", ConsumerFilter.Sort.LIMIT, "descending", query, sort),
                Column.of("Oldest key", "p2 p-off", ConsumerFilter.Sort.OLDEST_KEY, "descending", query, sort),
                Column.of("Next expiry", "", ConsumerFilter.Sort.NEXT_EXPIRY, "ascending", query, sort));
    }

    /**
     * A column's head.
     *
     * @param path what sorts by it; null for what nothing sorts by
     * @param sorted the direction that the list is sorted in by it; null when it is sorted by another one
     */
    record Column(
            String title,
            String style,
            @Nullable String path,
            @Nullable String sorted) {

        static Column of(
                String title,
                String style,
                ConsumerFilter.Sort sort,
                String direction,
                Query query,
                ConsumerFilter.Sort current) {
            String name = sort == ConsumerFilter.Sort.LIMIT ? null : sort.wire();
            return new Column(title, style, query.with("sort", name).toString(), sort == current ? direction : null);
        }
    }

    /** A consumer with what is the matter with it. */
    record Row(ConsumerSummary consumer, Status status, Status pressure) {

        private static final Duration SOON = Duration.ofDays(30);
        private static final long MANY_ERRORS_PER_MILLE = 50;
        private static final int HIGH_PERCENT = 70;

        static Row of(ConsumerSummary consumer, Instant now) {
            int percent = consumer.pressurePercent();
            String kind = percent >= 100 ? "blocked" : percent >= HIGH_PERCENT ? "watch" : "healthy";
            return new Row(consumer, status(consumer, now), new Status(kind, percent + "%"));
        }

        private static Status status(ConsumerSummary consumer, Instant now) {
            if (consumer.status().equals("suspended")) {
                return new Status("planned", "suspended");
            }
            if (consumer.limited() > 0) {
                return new Status("blocked", "at its limit");
            }
            if (consumer.errorsPerMille() > MANY_ERRORS_PER_MILLE) {
                return new Status("blocked", "failing");
            }
            if (consumer.exposed()) {
                return new Status("watch", "key in a web page");
            }
            if (consumer.rotating()) {
                return new Status("watch", "rotating");
            }
            if (consumer.nextExpiry() != null && consumer.nextExpiry().isBefore(now.plus(SOON))) {
                return new Status("watch", "key ends soon");
            }
            if (consumer.waiting()) {
                return new Status("ready", "waits for approval");
            }
            return consumer.liveKeys() == 0 ? new Status("planned", "no key") : new Status("healthy", "active");
        }

        /** Errors among a hundred calls, with one digit. */
        public String errors() {
            long perMille = consumer.errorsPerMille();
            if (consumer.calls() == 0) {
                return "no calls";
            }
            return perMille == 0 && consumer.errors() > 0 ? "under 0.1%" : perMille / 10 + "." + perMille % 10 + "%";
        }
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance consumers(
                Shell shell,
                List<Row> rows,
                Query query,
                List<Column> columns,
                @Nullable String first,
                @Nullable String next);
    }
}
