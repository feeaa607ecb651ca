package app.spine.portal;

import app.spine.consumers.Approvals;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes what stands around a page from the request. */
@RequestScoped
class Shells {

    /** Where a browser keeps how its person likes the pages. No secret, and nothing depends on it. */
    static final String THEME_COOKIE = "spine-theme";

    static final String DENSITY_COOKIE = "spine-density";

    private static final Set<String> THEMES = Set.of("light", "dark");
    private static final Set<String> DENSITIES = Set.of("compact");

    private final Approvals approvals;
    private final People people;
    private final CurrentPerson person;
    private final HttpHeaders headers;
    private final UriInfo uri;
    private final Clock clock;

    Shells(Approvals approvals, People people, CurrentPerson person, HttpHeaders headers, UriInfo uri, Clock clock) {
        this.approvals = approvals;
        this.people = people;
        this.person = person;
        this.headers = headers;
        this.uri = uri;
        this.clock = clock;
    }

    Role role() {
        return person.require().role();
    }

    /** Around a page of the menu; null for one that is not in it. */
    Shell of(Navigation.@Nullable Page here) {
        return of(here, role().mayApprove() ? approvals.count() : 0, people.names());
    }

    /** Around a page that is shown when there is no transaction to ask the database in. */
    Shell outside() {
        return of(null, 0, People.Names.none());
    }

    private Shell of(Navigation.@Nullable Page here, long waiting, People.Names names) {
        Person who = person.require();
        return new Shell(
                who,
                new Times(who.zone(), clock.instant()),
                Navigation.of(who.role(), here, waiting),
                choice(THEME_COOKIE, THEMES),
                choice(DENSITY_COOKIE, DENSITIES),
                Done.say(uri.getQueryParameters().getFirst("done")),
                names);
    }

    private @Nullable String choice(String cookie, Set<String> choices) {
        Cookie found = headers.getCookies().get(cookie);
        return found != null && choices.contains(found.getValue()) ? found.getValue() : null;
    }
}
