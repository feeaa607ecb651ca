package app.spine.portal;

import app.spine.consumers.ConsumerContract;
import app.spine.consumers.ConsumerReport;
import app.spine.consumers.ConsumerView;
import app.spine.consumers.Consumers;
import app.spine.consumers.HeldScope;
import app.spine.consumers.KeyOverview;
import app.spine.consumers.KeyView;
import app.spine.consumers.Limits;
import app.spine.consumers.Scope;
import app.spine.consumers.UnusedScopes;
import app.spine.consumers.UsageView;
import app.spine.http.TypeId;
import app.spine.reference.ApiOperation;
import app.spine.reference.ApiOperations;
import app.spine.requests.Callers;
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
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** One consumer: its keys, scopes, limits, use and latest requests, and calls that work with its key. */
@Path("/portal/consumers/{id}")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR, Role.PARTNER})
@InPortalTransaction
class ConsumerPage {

    private static final int USAGE_DAYS = 14;
    private static final int LATEST_REQUESTS = 6;
    private static final int MOST_PARTNERS = 50;

    private final Consumers consumers;
    private final ConsumerReport report;
    private final UnusedScopes scopes;
    private final Callers callers;
    private final RequestSearch requests;
    private final ApiOperations operations;
    private final Partners partners;
    private final Reach reach;
    private final Shells shells;
    private final ProviderSettings settings;

    ConsumerPage(
            Consumers consumers,
            ConsumerReport report,
            UnusedScopes scopes,
            Callers callers,
            RequestSearch requests,
            ApiOperations operations,
            Partners partners,
            Reach reach,
            Shells shells,
            ProviderSettings settings) {
        this.consumers = consumers;
        this.report = report;
        this.scopes = scopes;
        this.callers = callers;
        this.requests = requests;
        this.operations = operations;
        this.partners = partners;
        this.reach = reach;
        this.shells = shells;
        this.settings = settings;
    }

    @GET
    public RestResponse<String> show(@PathParam("id") String id) throws SQLException {
        Shell shell = shells.of(Navigation.Page.of(shells.role()));
        ConsumerView consumer = consumers.read(reach.require(id));
        KeyOverview keys = report.keys(id);
        UsageView use = report.usage(id, USAGE_DAYS);
        View view = new View(
                consumer,
                consumers.contract(id),
                keys,
                shell.role().maySeeKeyDetails() ? rotations(id, keys) : List.of(),
                scopes.held(id),
                shell.role().mayManageConsumers()
                        ? partners.list(TypeId.parse("consumer", id).orElseThrow(), MOST_PARTNERS)
                        : List.of(),
                consumer.scopesPending().stream()
                        .flatMap(scope -> Scope.parse(scope).stream())
                        .toList(),
                use,
                UsageChart.of(use.from(), use.to(), use.data()),
                PaceChart.of(
                        callers.pace(id, PaceChart.SPAN),
                        sustained(consumer),
                        shell.times().now()),
                // Last, since it tells the planner how to go about the rest of the transaction.
                requests.list(RequestFilter.read(id, null, null, null, null, null), null, LATEST_REQUESTS)
                        .data());
        return Html.page(Templates.consumer(shell, view, view.rotations(), operations));
    }

    /** The rotations under way, for a page that looks again every few seconds. */
    @GET
    @Path("/rotations")
    @Allowed({Role.OWNER, Role.ADMIN, Role.PARTNER})
    public RestResponse<String> rotations(@PathParam("id") String id) throws SQLException {
        reach.require(id);
        return Html.page(Templates.rotations(shells.of(null), id, rotations(id, report.keys(id)), operations));
    }

    @GET
    @Path("/examples")
    public RestResponse<String> examples(@PathParam("id") String id, UriInfo uri) {
        ConsumerView consumer = consumers.read(reach.require(id));
        return Html.page(Templates.examples(
                shells.of(Navigation.Page.of(shells.role())),
                consumer,
                operations.within(Set.copyOf(consumer.scopes())),
                settings.origin(uri)));
    }

    private List<RotationView> rotations(String id, KeyOverview keys) throws SQLException {
        if (keys.rotations().isEmpty()) {
            return List.of();
        }
        List<String> involved = keys.rotations().stream()
                .flatMap(rotation ->
                        List.of(rotation.old().id(), rotation.successor().id()).stream())
                .distinct()
                .toList();
        List<Callers.Caller> found = callers.ofKeys(id, involved, RotationView.SPAN);
        return keys.rotations().stream()
                .map(rotation -> RotationView.of(rotation, found))
                .toList();
    }

    private static Limits.Sustained sustained(ConsumerView consumer) {
        return Objects.requireNonNull(consumer.limits().sustained(), "what holds is always shown");
    }

    /** Everything that the page shows. */
    record View(
            ConsumerView consumer,
            ConsumerContract contract,
            KeyOverview keys,
            List<RotationView> rotations,
            List<HeldScope> scopes,
            List<Partner> partners,
            List<Scope> pending,
            UsageView use,
            UsageChart usage,
            PaceChart pace,
            List<RequestView> requests) {

        public Status status() {
            if (isSuspended()) {
                return new Status("planned", "suspended");
            }
            if (!keys.rotations().isEmpty()) {
                return new Status("watch", "rotating");
            }
            return keys.live() == 0 ? new Status("planned", "no key") : new Status("healthy", "active");
        }

        public boolean isSuspended() {
            return consumer.status().equals("suspended");
        }

        public long unused() {
            return scopes.stream().filter(HeldScope::unused).count();
        }

        public Limits.Burst burst() {
            return Objects.requireNonNull(consumer.limits().burst(), "what holds is always shown");
        }

        public Limits.Sustained sustained() {
            return ConsumerPage.sustained(consumer);
        }

        @Nullable
        public Long quota() {
            return consumer.limits().monthlyQuota();
        }

        public long quotaUsed() {
            return use.quotaUse() == null ? 0 : use.quotaUse().used();
        }

        public long quotaPercent() {
            Long quota = quota();
            return quota == null ? 0 : Math.min(100, 100 * quotaUsed() / quota);
        }

        /** What stands beside a key instead of its rotation; null where it can be rotated. */
        @Nullable
        public String unrotatable(KeyView key) {
            if (!key.status().equals("active")) {
                return "Only a key that works can be rotated.";
            }
            return keys.rotationOf(key) == null ? null : "It is part of a rotation that has not ended.";
        }

        public Status keyStatus(KeyView key) {
            return Status.ofKey(key.status());
        }

        public Status answer(RequestView request) {
            return Status.ofAnswer(request.status());
        }
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance consumer(
                Shell shell, View view, List<RotationView> rotations, ApiOperations operations);

        static native TemplateInstance rotations(
                Shell shell, String consumerId, List<RotationView> rotations, ApiOperations operations);

        static native TemplateInstance examples(
                Shell shell, ConsumerView consumer, List<ApiOperation> operations, String origin);
    }
}
