package app.spine.members;

import app.spine.events.DomainEvent;
import app.spine.http.ETags;
import app.spine.http.HttpProblem;
import app.spine.http.Page;
import app.spine.http.PatchReader;
import app.spine.http.Problem;
import app.spine.http.Reason;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The operations on members. Every method runs in the transaction that its caller opened. */
@ApplicationScoped
class Members {

    static final String LIST = "members";

    private final EntityManager entities;
    private final Event<DomainEvent> events;
    private final MemberSearch search;
    private final MemberScope scope;
    private final PatchReader patches;
    private final Clock clock;

    Members(
            EntityManager entities,
            Event<DomainEvent> events,
            MemberSearch search,
            MemberScope scope,
            PatchReader patches,
            Clock clock) {
        this.entities = entities;
        this.events = events;
        this.search = search;
        this.scope = scope;
        this.patches = patches;
        this.clock = clock;
    }

    /** One page of the members the caller may see. */
    Page<MemberView> list(MemberFilter filter, @Nullable UUID after, int limit) {
        List<Member> found = search.find(filter, after, limit);
        Map<UUID, List<ContactView>> contacts = scope.seesContacts() ? search.contacts(found) : Map.of();
        return Page.of(
                found,
                limit,
                LIST,
                filter.fingerprint(),
                member -> member.id,
                member -> MemberView.of(
                        member, scope.seesContacts() ? contacts.getOrDefault(member.id, List.of()) : null));
    }

    /** Adds a member; never refused because an address is known, since families share theirs. */
    MemberView add(NewMember wanted) {
        MemberDetails details = wanted.details();
        if (details.status() == MemberStatus.ERASED || details.status() == MemberStatus.MERGED) {
            throw invalid(
                    "/status", "A member does not begin as " + details.status().wire() + ".");
        }
        Instant now = now();
        List<ContactView> contacts = normalise(details.requireContacts());
        refuseUnlikelyBirth(details, now);
        Member member = new Member(UuidV7.create(clock), now);
        member.describe(details, now);
        entities.persist(member);
        persistContacts(member, contacts);
        tokens(member, contacts).forEach(token -> entities.persist(new SearchToken(member.id, token)));
        entities.flush();
        MemberView view = MemberView.of(member, contacts);
        events.fire(new MemberEvent.Created(view));
        return scope.show(view);
    }

    /**
     * Changes a member by a merge patch (RFC 7396) over {@link MemberDetails}.
     *
     * @throws Problem 404, 412 when {@code ifMatch} is not the current ETag, 422, 409 for a status that cannot follow
     */
    MemberView change(String id, String ifMatch, JsonNode patch) throws JsonProcessingException {
        Member member = require(id);
        List<ContactView> contacts = search.contacts(member);
        MemberView before = MemberView.of(member, contacts);
        if (!ETags.ifMatch(ifMatch, scope.show(before).etag())) {
            throw new Problem(
                    HttpProblem.STALE,
                    Reason.inHeader(
                            HttpProblem.STALE,
                            "If-Match",
                            "The record is no longer the one of this ETag. Read it again and decide anew."));
        }
        MemberDetails current = details(member, contacts);
        MemberDetails wanted = patches.apply(current, patch, MemberDetails.class);
        refuseTransition(current.status(), wanted.status());
        Instant now = now();
        if (!Objects.equals(wanted.dateOfBirth(), current.dateOfBirth())) {
            refuseUnlikelyBirth(wanted, now);
        }
        List<ContactView> wantedContacts = normalise(wanted.requireContacts());
        if (wanted.equals(current)) {
            return scope.show(before);
        }
        member.describe(wanted, now);
        // The version rises with this flush, and a change that came first makes it fail: 412. Before anything else is
        // written, or two changes of the same moment would meet in the keys of contacts and words instead.
        entities.flush();
        replaceContacts(member, contacts, wantedContacts);
        replaceTokens(member, wantedContacts);
        entities.flush();
        MemberView after = MemberView.of(member, wantedContacts);
        events.fire(new MemberEvent.Updated(before, after));
        return scope.show(after);
    }

    /**
     * One member.
     *
     * @throws Problem 404 when there is none, or none that the caller may see
     */
    MemberView read(String id) {
        Member member = require(id);
        List<ContactView> contacts = search.contacts(member);
        return scope.show(MemberView.of(member, contacts));
    }

    private Member require(String id) {
        return TypeId.parse("member", id)
                .map(uuid -> entities.find(Member.class, uuid))
                .filter(member -> scope.sees(member.dateOfBirth))
                .orElseThrow(Problem::notFound);
    }

    private static MemberDetails details(Member member, List<ContactView> contacts) {
        return new MemberDetails(
                member.legalName,
                member.preferredName,
                member.dateOfBirth,
                MemberStatus.parse(member.status).orElseThrow(),
                contacts.stream()
                        .map(contact -> new NewContact(contact.type(), contact.value()))
                        .toList());
    }

    private static void refuseTransition(MemberStatus from, MemberStatus to) {
        // Erasure and merging have operations of their own, which do more than set a word.
        boolean byItself = to == MemberStatus.ERASED || to == MemberStatus.MERGED;
        boolean gone = from == MemberStatus.ERASED || from == MemberStatus.MERGED;
        if (gone || (from != to && (byItself || !from.mayBecome(to)))) {
            throw new Problem(
                    MemberProblem.ILLEGAL_TRANSITION,
                    Reason.at(
                            MemberProblem.ILLEGAL_TRANSITION,
                            "/status",
                            "A member that is " + from.wire() + " cannot be changed to " + to.wire() + "."));
        }
    }

    private static void refuseUnlikelyBirth(MemberDetails details, Instant now) {
        if (details.dateOfBirth() == null) {
            return;
        }
        // A day ahead of UTC is today in every zone; the oldest person on record reached 122.
        var today = now.atOffset(java.time.ZoneOffset.UTC).toLocalDate();
        if (details.dateOfBirth().isAfter(today.plusDays(1))
                || details.dateOfBirth().isBefore(today.minusYears(130))) {
            throw invalid("/date_of_birth", "date_of_birth lies in the future or more than 130 years back.");
        }
    }

    private static List<ContactView> normalise(List<NewContact> contacts) {
        List<ContactView> normalised = new ArrayList<>();
        List<Reason> reasons = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (int i = 0; i < contacts.size(); i++) {
            NewContact contact = contacts.get(i);
            String pointer = "/contacts/" + i + "/value";
            switch (Contacts.normalise(contact.type(), contact.value())) {
                // Bean Validation has been here, for a new member and for a patched one.
                case Contacts.Result.Refused(String reason) -> throw new IllegalStateException(reason);
                case Contacts.Result.Normalised(String value) -> {
                    if (!seen.add(contact.type().wire() + value)) {
                        reasons.add(Reason.at(HttpProblem.INVALID, pointer, "The same contact is given twice."));
                    }
                    normalised.add(new ContactView(contact.type(), contact.value(), value));
                }
            }
        }
        if (!reasons.isEmpty()) {
            throw new Problem(HttpProblem.INVALID, "A contact cannot be used as given.", reasons);
        }
        return normalised;
    }

    private void replaceContacts(Member member, List<ContactView> current, List<ContactView> wanted) {
        if (current.equals(wanted)) {
            return;
        }
        // Replaced as a whole, at once: an update in place could meet the uniqueness of a contact that moves up.
        search.forget(member);
        entities.createQuery("delete from MemberContact where memberId = :member")
                .setParameter("member", member.id)
                .executeUpdate();
        persistContacts(member, wanted);
    }

    private void persistContacts(Member member, List<ContactView> contacts) {
        for (int i = 0; i < contacts.size(); i++) {
            entities.persist(new MemberContact(member.id, i, contacts.get(i)));
        }
    }

    private void replaceTokens(Member member, List<ContactView> contacts) {
        Set<String> wanted = new LinkedHashSet<>(tokens(member, contacts));
        List<SearchToken> current = entities.createQuery("from SearchToken where memberId = :member", SearchToken.class)
                .setParameter("member", member.id)
                .getResultList();
        for (SearchToken token : current) {
            if (!wanted.remove(token.token)) {
                entities.remove(token);
            }
        }
        wanted.forEach(token -> entities.persist(new SearchToken(member.id, token)));
    }

    private static Set<String> tokens(Member member, List<ContactView> contacts) {
        List<String> names = new ArrayList<>(List.of(member.legalName));
        if (member.preferredName != null) {
            names.add(member.preferredName);
        }
        return SearchTokens.ofMember(
                names, normalised(contacts, ContactType.EMAIL), normalised(contacts, ContactType.PHONE));
    }

    private static List<String> normalised(List<ContactView> contacts, ContactType type) {
        return contacts.stream()
                .filter(contact -> contact.type() == type)
                .map(ContactView::normalised)
                .toList();
    }

    private static Problem invalid(String pointer, String detail) {
        return new Problem(HttpProblem.INVALID, Reason.at(HttpProblem.INVALID, pointer, detail));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
