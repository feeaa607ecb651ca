package app.spine.members;

import app.spine.http.Problem;
import app.spine.http.TypeId;
import app.spine.tenancy.CurrentTenant;
import app.spine.tenancy.SharedReads;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads one member, the call partners make most: tenant and select in one statement outside any transaction, in a round
 * trip shared with others.
 */
@ApplicationScoped
class MemberReader {

    private static final SharedReads.Select MEMBER = SharedReads.Select.of("""
            select m.legal_name, m.preferred_name, m.date_of_birth, m.status, m.created_at, m.updated_at, m.version
            from members m
            where m.tenant_id = ? and m.id = ?""");

    // One row for each contact, or one with nulls: the member's own columns are few. The handful is put in order here,
    // because a sort costs the database as much as reading the member does.
    private static final SharedReads.Select MEMBER_WITH_CONTACTS = SharedReads.Select.of("""
            select m.legal_name, m.preferred_name, m.date_of_birth, m.status, m.created_at, m.updated_at, m.version,
                   c.position, c.type, c.value, c.normalised
            from members m
            left join member_contacts c on c.tenant_id = m.tenant_id and c.member_id = m.id
            where m.tenant_id = ? and m.id = ?""");

    private final SharedReads reads;
    private final CurrentTenant tenant;
    private final MemberScope scope;

    MemberReader(SharedReads reads, CurrentTenant tenant, MemberScope scope) {
        this.reads = reads;
        this.tenant = tenant;
        this.scope = scope;
    }

    /**
     * The member as the caller may see it.
     *
     * @throws Problem 404 when there is none, or none that the caller may see
     */
    MemberView require(String id) throws SQLException {
        UUID uuid = TypeId.parse("member", id).orElseThrow(Problem::notFound);
        return find(id, uuid, scope.seesContacts())
                .filter(view -> scope.sees(view.dateOfBirth()))
                .orElseThrow(Problem::notFound);
    }

    private Optional<MemberView> find(String id, UUID uuid, boolean withContacts) throws SQLException {
        return reads.find(
                withContacts ? MEMBER_WITH_CONTACTS : MEMBER,
                tenant.require(),
                uuid,
                row -> read(id, row, withContacts));
    }

    private static Optional<MemberView> read(String id, ResultSet row, boolean withContacts) throws SQLException {
        @Nullable String legalName = row.getString(1);
        if (legalName == null) {
            return Optional.empty();
        }
        String preferredName = row.getString(2);
        LocalDate dateOfBirth = row.getObject(3, LocalDate.class);
        String status = row.getString(4);
        Instant createdAt = row.getObject(5, OffsetDateTime.class).toInstant();
        Instant updatedAt = row.getObject(6, OffsetDateTime.class).toInstant();
        long version = row.getLong(7);
        return Optional.of(new MemberView(
                id,
                legalName,
                preferredName,
                dateOfBirth,
                status,
                withContacts ? contacts(row) : null,
                createdAt,
                updatedAt,
                version));
    }

    private static List<ContactView> contacts(ResultSet row) throws SQLException {
        List<Placed> contacts = new ArrayList<>(4);
        do {
            @Nullable String type = row.getString(9);
            if (type != null) {
                contacts.add(new Placed(
                        row.getInt(8),
                        new ContactView(ContactType.parse(type).orElseThrow(), row.getString(10), row.getString(11))));
            }
        } while (row.next());
        contacts.sort(Comparator.comparingInt(Placed::position));
        return contacts.stream().map(Placed::contact).toList();
    }

    private record Placed(int position, ContactView contact) {}
}
