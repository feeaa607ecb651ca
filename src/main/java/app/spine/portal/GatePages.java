package app.spine.portal;

import app.spine.http.Redaction;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The pages at the door: each says what is the matter and what to do. */
@ApplicationScoped
class GatePages {

    static final String TYPE = "text/html;charset=UTF-8";

    private static final Logger LOG = Logger.getLogger(GatePages.class);

    private static final int MOST_LOGGED = 300;

    private final Clock clock;

    GatePages(Clock clock) {
        this.clock = clock;
    }

    /**
     * What every page at the door shows.
     *
     * @param id names this answer in the program's log
     */
    record Gate(String id, Instant at) {

        private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern(
                        "d MMM uuuu, HH:mm:ss 'UTC'", Locale.forLanguageTag("en-AU"))
                .withZone(ZoneOffset.UTC);

        /** In words. Whose zone it would be is not known here. */
        public String when() {
            return WHEN.format(at);
        }
    }

    /** Sign-in is not configured in this installation. */
    Response off() {
        return page(503, Templates.off(gate("sign-in is not configured")));
    }

    /** The provider does not answer. The page asks again by itself. */
    Response providerDown(String page) {
        return page(503, Templates.providerDown(gate("the provider does not answer"), page), "Retry-After", "10");
    }

    /** Signed in, without a role that is one of ours. */
    Response noRole(Claims.Claimed claimed) {
        return page(403, Templates.noRole(gate("no role: " + claimed.subject()), shown(claimed)));
    }

    /** Signed in, for no academy that is here. */
    Response noAcademy(Claims.Claimed claimed) {
        return page(403, Templates.noAcademy(gate("no academy: " + claimed.subject()), shown(claimed)));
    }

    /** Signed in, and the page is for others. */
    Response notAllowed(Person person) {
        return page(403, Templates.notAllowed(gate("not allowed: " + person.subject()), person));
    }

    /** Something was sent after the session had ended. Nothing was done. */
    Response sessionEnded(String page) {
        return page(401, Templates.sessionEnded(gate("the session has ended"), page));
    }

    /** Something was sent that takes a sign-in of the last minutes. Nothing was done. */
    Response renew(String page) {
        return page(403, Templates.renew(gate("the sign-in is too old"), page));
    }

    /** The provider vouched for the person and did not ask anew. */
    Response notRenewed(Person person, String page) {
        return page(403, Templates.notRenewed(gate("the sign-in was not renewed: " + person.subject()), page));
    }

    /** What was sent does not prove that it comes from one of our pages. Nothing was done. */
    Response unproven(String page) {
        return page(403, Templates.unproven(gate("a form without its token"), page));
    }

    /** The provider sent somebody back with an error, or with something that is no sign-in of ours. */
    Response signInFailed(String reason) {
        return page(401, Templates.signInFailed(gate("sign-in failed: " + reason)));
    }

    Response tooMany() {
        return page(429, Templates.tooMany(gate("too many sign-ins")), "Retry-After", "60");
    }

    /** As text, since it is said before the request comes to any resource. */
    String tooLarge() {
        return Templates.tooLarge(gate("a form that is too large")).render();
    }

    /** A path of the portal that nothing is at. */
    Response nothing() {
        return page(404, Templates.nothing());
    }

    /** The database cannot be asked. */
    Response unavailable() {
        return page(503, Templates.unavailable(gate("the database does not answer")), "Retry-After", "5");
    }

    /** After a sign-out. The page goes on to the provider, where the sign-out ends, if it has such an address. */
    Response signedOut(@Nullable String onward) {
        return page(200, Templates.signedOut(onward));
    }

    private Gate gate(String what) {
        Gate gate = new Gate(
                TypeId.format("req", UuidV7.create(clock)), clock.instant().truncatedTo(ChronoUnit.SECONDS));
        LOG.infof("Portal %s: %s", gate.id(), Redaction.clean(what, MOST_LOGGED));
        return gate;
    }

    /** As the person knows itself. */
    private static String shown(Claims.Claimed claimed) {
        return claimed.email() == null ? claimed.name() : claimed.email();
    }

    private static Response page(int status, TemplateInstance template, String... header) {
        Response.ResponseBuilder answer =
                Response.status(status).entity(template.render()).type(TYPE);
        if (header.length == 2) {
            answer.header(header[0], header[1]);
        }
        return answer.build();
    }

    @CheckedTemplate(basePath = "portal/gate")
    static class Templates {

        private Templates() {}

        static native TemplateInstance off(Gate gate);

        static native TemplateInstance providerDown(Gate gate, String page);

        static native TemplateInstance noRole(Gate gate, String known);

        static native TemplateInstance noAcademy(Gate gate, String known);

        static native TemplateInstance notAllowed(Gate gate, Person person);

        static native TemplateInstance sessionEnded(Gate gate, String page);

        static native TemplateInstance renew(Gate gate, String page);

        static native TemplateInstance notRenewed(Gate gate, String page);

        static native TemplateInstance unproven(Gate gate, String page);

        static native TemplateInstance signInFailed(Gate gate);

        static native TemplateInstance tooMany(Gate gate);

        static native TemplateInstance tooLarge(Gate gate);

        static native TemplateInstance nothing();

        static native TemplateInstance unavailable(Gate gate);

        static native TemplateInstance signedOut(@Nullable String onward);
    }
}
