package app.spine.members;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds members by filter, in the order of their making. Every filter is an index condition under row-level security:
 * words are matched as a range over folded tokens, since LIKE is not leakproof and would scan the academy.
 */
@ApplicationScoped
class MemberSearch {

    // Behind every code point that a token can hold, in the byte order of the column.
    private static final String BEHIND_ALL = "\uDBFF\uDFFF";

    private final EntityManager entities;
    private final MemberScope scope;

    MemberSearch(EntityManager entities, MemberScope scope) {
        this.entities = entities;
        this.scope = scope;
    }

    /** Up to {@code limit + 1} members behind {@code after}, those that the caller may see. */
    List<Member> find(MemberFilter filter, @Nullable UUID after, int limit) {
        StringBuilder query = new StringBuilder("from Member m where m.id > :after");
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("after", after == null ? new UUID(0, 0) : after);
        if (!scope.seesMinors()) {
            query.append(" and m.dateOfBirth <= :latestBirth");
            values.put("latestBirth", scope.latestVisibleBirth());
        }
        if (filter.status() != null) {
            query.append(" and m.status = :status");
            values.put("status", filter.status().wire());
        }
        contact(query, values, ContactType.EMAIL, filter.email());
        contact(query, values, ContactType.PHONE, filter.phone());
        if (filter.householdId() != null) {
            query.append(" and exists (select 1 from HouseholdMember h where h.memberId = m.id"
                    + " and h.householdId = :household and h.until is null)");
            values.put("household", filter.householdId());
        }
        List<String> terms = filter.terms() == null ? List.of() : filter.terms();
        for (int i = 0; i < terms.size(); i++) {
            query.append(" and exists (select 1 from SearchToken t where t.memberId = m.id and t.token >= :from")
                    .append(i)
                    .append(" and t.token < :to")
                    .append(i)
                    .append(')');
            values.put("from" + i, terms.get(i));
            values.put("to" + i, terms.get(i) + BEHIND_ALL);
        }
        TypedQuery<Member> typed =
                entities.createQuery(query.append(" order by m.id").toString(), Member.class);
        values.forEach(typed::setParameter);
        return typed.setMaxResults(limit + 1).getResultList();
    }

    /** The contacts of all these members in one query. */
    Map<UUID, List<ContactView>> contacts(List<Member> members) {
        if (members.isEmpty()) {
            return Map.of();
        }
        return entities.createQuery(
                        "from MemberContact where memberId in :members order by memberId, position",
                        MemberContact.class)
                .setParameter(
                        "members", members.stream().map(member -> member.id).toList())
                .getResultStream()
                .collect(Collectors.groupingBy(
                        contact -> contact.memberId, Collectors.mapping(MemberContact::view, Collectors.toList())));
    }

    /** The contacts of one member, by a statement that Hibernate translates once: one with a list it translates each time. */
    List<ContactView> contacts(Member member) {
        return entities
                .createQuery("from MemberContact where memberId = :member order by position", MemberContact.class)
                .setParameter("member", member.id)
                .getResultList()
                .stream()
                .map(MemberContact::view)
                .toList();
    }

    /** Takes a member's contacts out of the session, so that others can take their places. */
    void forget(Member member) {
        entities.createQuery("from MemberContact where memberId = :member", MemberContact.class)
                .setParameter("member", member.id)
                .getResultStream()
                .toList()
                .forEach(entities::detach);
    }

    private static void contact(
            StringBuilder query, Map<String, Object> values, ContactType type, @Nullable String normalised) {
        if (normalised == null) {
            return;
        }
        String name = type.wire();
        query.append(" and exists (select 1 from MemberContact c where c.memberId = m.id and c.type = '")
                .append(name)
                .append("' and c.normalised = :")
                .append(name)
                .append(')');
        values.put(name, normalised);
    }
}
