package app.spine.demo;

import app.spine.audit.AuditEntry;
import app.spine.events.Subject;
import app.spine.http.TypeId;
import app.spine.members.ContactType;
import app.spine.setup.AcademySql;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Writes the demo's people, in batches. */
final class DemoSql {

    private final Connection connection;
    private final OffsetDateTime now;

    DemoSql(Connection connection, Clock clock) {
        this.connection = connection;
        this.now = clock.instant().atOffset(ZoneOffset.UTC);
    }

    /** One node at a time makes or repairs the demo; the others wait and find it made. */
    void lock() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(hashtext('spine.demo'))");
        }
    }

    void people(UUID tenant, DemoPeople people, AcademySql academies) throws SQLException {
        try (PreparedStatement members = connection.prepareStatement("""
                        insert into members (tenant_id, id, legal_name, preferred_name, date_of_birth, status,
                            created_at, updated_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?)""");
                PreparedStatement contacts = connection.prepareStatement("""
                        insert into member_contacts (tenant_id, member_id, position, type, value, normalised)
                        values (?, ?, ?, ?, ?, ?)""");
                PreparedStatement tokens = connection.prepareStatement(
                        "insert into member_search_tokens (tenant_id, member_id, token) values (?, ?, ?)")) {
            for (DemoPerson person : people.people()) {
                add(
                        members,
                        tenant,
                        person.id(),
                        person.legalName(),
                        person.preferredName(),
                        person.dateOfBirth(),
                        person.status().wire(),
                        now,
                        now);
                contact(contacts, tenant, person, 0, ContactType.EMAIL, person.email());
                contact(contacts, tenant, person, 1, ContactType.PHONE, person.phone());
                for (String token : person.tokens()) {
                    add(tokens, tenant, person.id(), token);
                }
            }
            members.executeBatch();
            contacts.executeBatch();
            tokens.executeBatch();
        }
        households(tenant, people);
        List<AuditEntry> added = new ArrayList<>();
        for (DemoPerson person : people.people()) {
            String id = TypeId.format("member", person.id());
            added.add(academies.entry(
                    tenant,
                    "member.created",
                    new Subject("member", id),
                    new AddedMember(id, person.legalName(), person.dateOfBirth())));
        }
        academies.audit(added);
    }

    @RegisterForReflection
    record AddedMember(String id, String legalName, LocalDate dateOfBirth) {}

    private static void contact(
            PreparedStatement statement,
            UUID tenant,
            DemoPerson person,
            int position,
            ContactType type,
            @org.jspecify.annotations.Nullable String value)
            throws SQLException {
        if (value != null) {
            add(
                    statement,
                    tenant,
                    person.id(),
                    (short) position,
                    type.wire(),
                    value,
                    DemoPerson.normalised(type, value));
        }
    }

    private void households(UUID tenant, DemoPeople people) throws SQLException {
        LocalDate since = now.toLocalDate().minusYears(1);
        try (PreparedStatement households = connection.prepareStatement("""
                        insert into households (tenant_id, id, name, payer_member_id, created_at, updated_at)
                        values (?, ?, ?, ?, ?, ?)""");
                PreparedStatement places = connection.prepareStatement("""
                        insert into household_members (tenant_id, household_id, member_id, role, since)
                        values (?, ?, ?, ?, ?)""")) {
            for (DemoPeople.Household household : people.households()) {
                add(
                        households,
                        tenant,
                        household.id(),
                        household.name(),
                        household.payer().id(),
                        now,
                        now);
                for (DemoPerson adult : household.adults()) {
                    add(places, tenant, household.id(), adult.id(), "adult", since);
                }
                for (DemoPerson child : household.children()) {
                    add(places, tenant, household.id(), child.id(), "dependant", since);
                }
            }
            households.executeBatch();
            places.executeBatch();
        }
    }

    private static void add(PreparedStatement statement, @org.jspecify.annotations.Nullable Object... values)
            throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.addBatch();
    }
}
