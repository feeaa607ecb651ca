package app.spine.portal;

import app.spine.consumers.AcademyRules;
import app.spine.consumers.AcademySettings;
import app.spine.consumers.Limits;
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
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What the academy lays down for all of its consumers and keys. */
@Path("/portal/settings")
@Produces(Html.TYPE)
@RunOnVirtualThread
@Allowed({Role.OWNER, Role.ADMIN, Role.OPERATOR})
@InPortalTransaction
class SettingsPage {

    private static final String PATH = "/portal/settings";

    private final AcademySettings settings;
    private final Shells shells;

    SettingsPage(AcademySettings settings, Shells shells) {
        this.settings = settings;
        this.shells = shells;
    }

    @GET
    public RestResponse<String> read() {
        AcademyRules rules = settings.read();
        Form form = Form.empty()
                .preset("burst_requests", rules.burstRequests())
                .preset("burst_seconds", rules.burstSeconds())
                .preset("sustained_requests", rules.sustainedRequests())
                .preset("sustained_seconds", rules.sustainedSeconds())
                .preset("monthly_quota", rules.monthlyQuota())
                .preset("max_key_age_days", rules.maxKeyAgeDays());
        return Html.page(page(form));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Allowed(Role.OWNER)
    public RestResponse<String> change(MultivaluedMap<String, String> sent) {
        Form form = Form.of(sent);
        Long burst = required(form, "burst_requests", "Burst", 1_000_000);
        Long burstSeconds = required(form, "burst_seconds", "The burst's window in seconds", 60);
        Long sustained = required(form, "sustained_requests", "Sustained", 100_000_000);
        Long sustainedSeconds = required(form, "sustained_seconds", "The sustained window in seconds", 86_400);
        Long quota = form.number("monthly_quota", "The monthly quota", 1, Limits.MOST_A_MONTH);
        Long age = form.number("max_key_age_days", "The age of a key in days", 1, 3_650);
        if (burst == null
                || burstSeconds == null
                || sustained == null
                || sustainedSeconds == null
                || form.isRefused()) {
            return Html.page(422, page(form));
        }
        settings.change(new AcademyRules(
                burst.intValue(),
                burstSeconds.intValue(),
                sustained.intValue(),
                sustainedSeconds.intValue(),
                quota,
                age == null ? null : age.intValue()));
        return Html.to(PATH, Done.SETTINGS_SAVED);
    }

    private static @Nullable Long required(Form form, String field, String title, long most) {
        Long number = form.number(field, title, 1, most);
        if (number == null) {
            form.refuse(field, title + " takes a number: every consumer without limits of its own has it");
        }
        return number;
    }

    private TemplateInstance page(Form form) {
        return Templates.settings(shells.of(Navigation.Page.ACADEMY), form, settings.reach());
    }

    @CheckedTemplate(basePath = "portal")
    static class Templates {

        private Templates() {}

        static native TemplateInstance settings(Shell shell, Form form, AcademySettings.Reach reach);
    }
}
