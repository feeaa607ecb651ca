package app.spine.members;

import app.spine.http.GrantedScopes;
import app.spine.tenancy.CurrentTenant;
import jakarta.enterprise.context.RequestScoped;
import java.time.Clock;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** What of the academy's members the current caller may see. */
@RequestScoped
class MemberScope {

    static final String READ = "members:read";
    static final String WRITE = "members:write";
    static final String CONTACT_READ = "members.contact:read";
    static final String MINOR_READ = "members.minor:read";

    private final GrantedScopes granted;
    private final CurrentTenant tenant;
    private final Clock clock;

    MemberScope(GrantedScopes granted, CurrentTenant tenant, Clock clock) {
        this.granted = granted;
        this.tenant = tenant;
        this.clock = clock;
    }

    boolean seesContacts() {
        return granted.has(CONTACT_READ);
    }

    boolean seesMinors() {
        return granted.has(MINOR_READ);
    }

    /** Whether this caller may know of somebody born on this day; an unknown day counts as a minor's. */
    boolean sees(@Nullable LocalDate dateOfBirth) {
        return seesMinors() || !isMinor(dateOfBirth);
    }

    /** Whether somebody born on this day is under age today; an unknown day counts as a minor's. */
    boolean isMinor(@Nullable LocalDate dateOfBirth) {
        return AgeOfMajority.isMinor(dateOfBirth, today());
    }

    /** The latest date of birth that a caller without the scope for minors sees. */
    LocalDate latestVisibleBirth() {
        return AgeOfMajority.bornOnOrBefore(today());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), tenant.require().zone());
    }

    MemberView show(MemberView view) {
        return seesContacts() ? view : view.withoutContacts();
    }
}
