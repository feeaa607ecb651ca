package app.spine.portal;

import app.spine.consumers.ConsumerReport;
import app.spine.consumers.ConsumerView;
import app.spine.consumers.Consumers;
import app.spine.consumers.KeyView;
import app.spine.http.Page;
import app.spine.http.Problem;
import app.spine.http.TypeId;
import app.spine.reference.ApiErrors;
import app.spine.reference.ApiOperation;
import app.spine.reference.ApiOperations;
import app.spine.requests.RequestFilter;
import app.spine.requests.RequestSearch;
import app.spine.requests.RequestView;
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
import java.util.Map;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The request log: what was called, what came of it, and why. */
@Path("/portal/requests")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
@InPortalTransaction
class RequestsPage {

    static final String PATH = "/portal/requests";

    private static final int ROWS = 50;

    private final RequestSearch search;
    private final Consumers consumers;
    private final ConsumerReport report;
    private final ApiOperations operations;
    private final ApiErrors errors;
    private final CurrentPerson person;
    private final Shells shells;

    RequestsPage(
            RequestSearch search,
            Consumers consumers,
            ConsumerReport report,
            ApiOperations operations,
            ApiErrors errors,
            CurrentPerson person,
            Shells shells) {
        this.search = search;
        this.consumers = consumers;
        this.report = report;
        this.operations = operations;
        this.errors = errors;
        this.person = person;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> list(
            @QueryParam("consumer_id") @Nullable String consumerId,
            @QueryParam("operation") @Nullable String operation,
            @QueryParam("status") @Nullable String status,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("id") @Nullable String id,
            @QueryParam("after") @Nullable String after)
            throws SQLException {
        String own = own();
        String wanted = empty(id);
        if (wanted != null && TypeId.parse("req", wanted).isPresent()) {
            return Html.to(PATH + "/" + wanted);
        }
        Query query = Query.of(PATH)
                .with("consumer_id", own == null ? consumerId : null)
                .with("operation", operation)
                .with("status", status)
                .with("from", from)
                .with("to", to)
                .with("id", wanted);
        Shell shell = shells.of(Navigation.Page.REQUESTS);
        ZoneId zone = shell.times().zone();
        RequestFilter filter = RequestFilter.read(
                own == null ? empty(consumerId) : own,
                null,
                empty(operation),
                empty(status),
                instant(from, zone),
                instant(to, zone));
        // Before the search, which tells the planner how to go about the rest of the transaction.
        Map<String, String> names = own == null ? consumers.names() : Map.of(own, "");
        Page<RequestView> page = wanted != null
                ? new Page<>(List.of(), null)
                : search.list(
                        filter,
                        Page.after(empty(after), RequestSearch.LIST, filter.fingerprint())
                                .orElse(null),
                        ROWS);
        String next =
                page.next() == null ? null : query.with("after", page.next()).toString();
        return Html.page(
                wanted == null ? 200 : 400,
                Templates.requests(
                        shell,
                        page.data().stream()
                                .map(request -> new Row(request, names))
                                .toList(),
                        query,
                        own == null ? names : Map.of(),
                        operations.all(),
                        empty(after) == null ? null : query.toString(),
                        next));
    }

    @GET
    @Path("/{id}")
    public RestResponse<String> read(@PathParam("id") String id) throws SQLException {
        RequestView request = search.require(id);
        String own = own();
        if (own != null && !own.equals(request.consumerId())) {
            throw Problem.notFound();
        }
        ConsumerView consumer = request.consumerId() == null ? null : consumers.find(request.consumerId());
        Shell shell = shells.of(Navigation.Page.REQUESTS);
        KeyView key = null;
        if (consumer != null && request.keyId() != null && shell.role().maySeeKeyDetails()) {
            key = report.keys(consumer.id()).find(request.keyId()).orElse(null);
        }
        ApiOperation operation = operations.find(request.operation()).orElse(null);
        return Html.page(Templates.request(
                shell,
                request,
                Status.ofAnswer(request.status()),
                consumer,
                key,
                operation,
                Explanation.of(request, errors.find(request.code()).orElse(null), operation, consumer)));
    }

    /** The one consumer whose requests a partner sees; null for who sees all. */
    private @Nullable String own() {
        Person who = person.require();
        if (who.role().mayReadAll()) {
            return null;
        }
        if (who.consumerId() == null) {
            throw Problem.notFound();
        }
        return TypeId.format("consumer", who.consumerId());
    }

    private static @Nullable String empty(@Nullable String value) {
        String text = Form.clean(value);
        return text.isEmpty() ? null : text;
    }

    /** What a field of date and time holds, in the academy's zone, as the log's filter reads it. */
    private static @Nullable String instant(@Nullable String text, ZoneId zone) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            Instant instant = LocalDateTime.parse(text).atZone(zone).toInstant();
            return instant.toString();
        } catch (DateTimeException e) {
            return text;
        }
    }

    /** A request with the name of who made it. */
    record Row(RequestView request, Map<String, String> names) {

        public Status status() {
            return Status.ofAnswer(request.status());
        }

        /** Empty for a call that no consumer made. */
        public String consumer() {
            return request.consumerId() == null ? "" : names.getOrDefault(request.consumerId(), "");
        }
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance requests(
                Shell shell,
                List<Row> rows,
                Query query,
                Map<String, String> consumers,
                List<ApiOperation> operations,
                @Nullable String first,
                @Nullable String next);

        static native TemplateInstance request(
                Shell shell,
                RequestView request,
                Status status,
                @Nullable ConsumerView consumer,
                @Nullable KeyView key,
                @Nullable ApiOperation operation,
                Explanation why);
    }
}
