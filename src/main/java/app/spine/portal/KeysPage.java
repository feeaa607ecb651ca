package app.spine.portal;

import app.spine.consumers.ConsumerReport;
import app.spine.consumers.ConsumerView;
import app.spine.consumers.Consumers;
import app.spine.consumers.IssuedKey;
import app.spine.consumers.KeyOperation;
import app.spine.consumers.KeyOverview;
import app.spine.consumers.KeyView;
import app.spine.consumers.Keys;
import app.spine.consumers.NewKey;
import app.spine.consumers.NewRotation;
import app.spine.consumers.RotatedKey;
import app.spine.consumers.RotationStart;
import app.spine.http.Problem;
import app.spine.reference.ApiOperations;
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
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Objects;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Issues, rotates and revokes a consumer's keys. A new key stands in the answer to its form and nowhere else: no address,
 * log or cache has it.
 */
@Path("/portal/consumers/{id}/keys")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.PARTNER})
@FreshSignIn
@InPortalTransaction
class KeysPage {

    /** The use that tells what a revocation breaks. */
    private static final int DAYS_OF_USE = 7;

    // Of the last four digits of a date; what is beyond, the database does not hold.
    private static final int LAST_YEAR = 9_999;

    private static final Duration CALLERS_SINCE = Duration.ofHours(24);

    private final Consumers consumers;
    private final ConsumerReport report;
    private final Keys keys;
    private final Callers callers;
    private final ApiOperations operations;
    private final Reach reach;
    private final Shells shells;
    private final ProviderSettings settings;

    KeysPage(
            Consumers consumers,
            ConsumerReport report,
            Keys keys,
            Callers callers,
            ApiOperations operations,
            Reach reach,
            Shells shells,
            ProviderSettings settings) {
        this.consumers = consumers;
        this.report = report;
        this.keys = keys;
        this.callers = callers;
        this.operations = operations;
        this.reach = reach;
        this.shells = shells;
        this.settings = settings;
    }

    @GET
    @Path("/new")
    public RestResponse<String> askForNew(@PathParam("id") String id) {
        return Html.page(Templates.issueKey(shell(), consumer(id), Form.empty()));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> issue(@PathParam("id") String id, MultivaluedMap<String, String> sent, UriInfo uri) {
        ConsumerView consumer = consumer(id);
        Shell shell = shell();
        Form form = Form.of(sent);
        NewKey wanted = new NewKey(
                day(form, "not_before", shell, LocalTime.MIN),
                day(form, "expires_at", shell, LocalTime.MAX),
                KeyNetworksPage.networks(form));
        if (!form.isRefused()) {
            try {
                IssuedKey key = keys.issue(id, wanted);
                return Html.page(Templates.secret(
                        shell,
                        consumer,
                        new Secret("Key issued", key.key(), key.expiresAt(), null),
                        settings.origin(uri)));
            } catch (Problem problem) {
                requireOfForm(problem);
                form.refuse(problem);
            }
        }
        return Html.page(422, Templates.issueKey(shell, consumer, form));
    }

    @GET
    @Path("/{key}/rotation")
    public RestResponse<String> askForRotation(@PathParam("id") String id, @PathParam("key") String key)
            throws SQLException {
        ConsumerView consumer = consumer(id);
        return Html.page(Templates.rotateKey(
                shell(), consumer, use(id, requireKey(id, key)), Form.empty().preset("overlap", "PT24H")));
    }

    @POST
    @Path("/{key}/rotation")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> rotate(
            @PathParam("id") String id, @PathParam("key") String key, MultivaluedMap<String, String> sent, UriInfo uri)
            throws SQLException {
        ConsumerView consumer = consumer(id);
        Form form = Form.of(sent);
        RotationStart starts = form.value("starts").equals("now") ? RotationStart.NOW : RotationStart.FIRST_USE;
        Duration overlap = overlap(form);
        if (!form.isRefused()) {
            try {
                RotatedKey rotated = keys.rotate(id, key, new NewRotation(overlap, starts, null));
                return Html.page(Templates.secret(
                        shell(),
                        consumer,
                        new Secret("Key rotated", rotated.key(), rotated.expiresAt(), rotated.oldExpiresAt()),
                        settings.origin(uri)));
            } catch (Problem problem) {
                requireOfForm(problem);
                form.refuse(problem);
            }
        }
        return Html.page(422, Templates.rotateKey(shell(), consumer, use(id, requireKey(id, key)), form));
    }

    @GET
    @Path("/{key}/revocation")
    public RestResponse<String> askForRevocation(@PathParam("id") String id, @PathParam("key") String key)
            throws SQLException {
        ConsumerView consumer = consumer(id);
        return Html.page(Templates.revokeKey(shell(), consumer, use(id, requireKey(id, key)), operations));
    }

    @POST
    @Path("/{key}/revocation")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public RestResponse<String> revoke(@PathParam("id") String id, @PathParam("key") String key) {
        reach.require(id);
        KeyView ended = keys.end(id, key);
        return Html.to(
                ConsumersPage.PATH + "/" + id, ended.replacedBy() == null ? Done.KEY_REVOKED : Done.ROTATION_ENDED);
    }

    private ConsumerView consumer(String id) {
        return consumers.read(reach.require(id));
    }

    private Shell shell() {
        return shells.of(Navigation.Page.of(shells.role()));
    }

    /** A key that works, since nothing is to be done with any other. */
    private Found requireKey(String consumerId, String keyId) {
        KeyOverview overview = report.keys(consumerId);
        KeyView key = overview.findLive(keyId).orElseThrow(Problem::notFound);
        return new Found(key, overview.rotationOf(key));
    }

    private record Found(KeyView key, KeyOverview.@Nullable Rotation rotation) {}

    private KeyInUse use(String consumerId, Found found) throws SQLException {
        return new KeyInUse(
                found.key(),
                found.rotation(),
                report.operations(consumerId, found.key().id(), DAYS_OF_USE),
                callers.ofKeys(consumerId, List.of(found.key().id()), CALLERS_SINCE));
    }

    /** What is no reason in a field of the form, such as a record that is not there, is no part of it. */
    private static void requireOfForm(Problem problem) {
        if (problem.kind().status() != 422 && problem.kind().status() != 409) {
            throw problem;
        }
    }

    /** The beginning or end of a day in the academy's zone. */
    private static @Nullable Instant day(Form form, String field, Shell shell, LocalTime time) {
        String text = form.find(field);
        if (text == null) {
            return null;
        }
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= 1 && day.getYear() <= LAST_YEAR) {
                return day.atTime(time.withNano(0)).atZone(shell.times().zone()).toInstant();
            }
        } catch (DateTimeException e) {
            // Said below.
        }
        form.refuse(field, "Choose a day, such as 2027-02-22");
        return null;
    }

    private static @Nullable Duration overlap(Form form) {
        try {
            return Duration.parse(Objects.requireNonNullElse(form.find("overlap"), "PT24H"));
        } catch (DateTimeException e) {
            form.refuse("overlap", "Choose one of the lengths");
            return null;
        }
    }

    /**
     * A key with who would miss it.
     *
     * @param rotation that it is part of; null for none
     * @param operations what it was used for in the last seven days
     * @param callers who used it in the last 24 hours
     */
    record KeyInUse(
            KeyView key,
            KeyOverview.@Nullable Rotation rotation,
            List<KeyOperation> operations,
            List<Callers.Caller> callers) {

        public long calls() {
            return operations.stream().mapToLong(KeyOperation::requests).sum();
        }

        public long addresses() {
            return callers.stream().map(Callers.Caller::address).distinct().count();
        }

        /** Whether another key takes its place. */
        public boolean isReplaced() {
            return rotation != null && rotation.old().id().equals(key.id());
        }

        /** Whether it can still be rotated. */
        public boolean isRotatable() {
            return rotation == null && key.status().equals("active");
        }
    }

    /** A key that was just made: for one answer, and never in a text that is written down. */
    record Secret(
            String title,
            String key,
            @Nullable Instant expiresAt,
            @Nullable Instant oldExpiresAt) {

        @Override
        public String toString() {
            return "Secret[" + title + "]";
        }
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance issueKey(Shell shell, ConsumerView consumer, Form form);

        static native TemplateInstance rotateKey(Shell shell, ConsumerView consumer, KeyInUse use, Form form);

        static native TemplateInstance revokeKey(
                Shell shell, ConsumerView consumer, KeyInUse use, ApiOperations operations);

        static native TemplateInstance secret(Shell shell, ConsumerView consumer, Secret secret, String origin);
    }
}
