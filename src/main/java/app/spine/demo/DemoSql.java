package app.spine.demo;

import app.spine.consumers.KeyText;
import app.spine.consumers.Peppers;
import app.spine.http.UuidV7;
import app.spine.members.ContactType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** Writes the demo's rows, in batches. */
final class DemoSql {

    private final Connection connection;
    private final Clock clock;
    private final OffsetDateTime now;

    DemoSql(Connection connection, Clock clock) {
        this.connection = connection;
        this.clock = clock;
        this.now = clock.instant().atOffset(ZoneOffset.UTC);
    }

    /** One node at a time makes or repairs the demo; the others wait and find it made. */
    void lock() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(hashtext('spine.demo'))");
        }
    }

    Optional<UUID> findTenant(String slug) throws SQLException {
        return findId("select id from tenants where slug = ?", slug);
    }

    Optional<UUID> findConsumer(UUID tenant, String name) throws SQLException {
        return findId("select id from api_consumers where name = ? and tenant_id = ?", name, tenant);
    }

    private Optional<UUID> findId(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (var row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
            }
        }
    }

    /** An academy and its sandbox. */
    UUID tenant(String slug, String name, String zone) throws SQLException {
        UUID id = UuidV7.create(clock);
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into tenants (id, slug, name, zone, sandbox_of) values (?, ?, ?, ?, ?)")) {
            add(statement, id, slug, name, zone, null);
            add(statement, UuidV7.create(clock), slug + "-sandbox", name + " (sandbox)", zone, id);
            statement.executeBatch();
        }
        return id;
    }

    UUID consumer(UUID tenant, DemoConsumer demo) throws SQLException {
        UUID id = UuidV7.create(clock);
        String[] scopes = demo.scopes.stream().map(scope -> scope.wire()).toArray(String[]::new);
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into api_consumers (tenant_id, id, name, owner_name, owner_email, environment, scopes,
                    burst_requests, burst_seconds, sustained_requests, sustained_seconds, contract_version,
                    created_at, updated_at)
                values (?, ?, ?, ?, ?, 'live', ?, ?, 1, ?, 60, 'v1', ?, ?)""")) {
            add(
                    statement,
                    tenant,
                    id,
                    demo.title,
                    demo.owner,
                    "platform@example.com",
                    connection.createArrayOf("text", scopes),
                    demo.perSecond,
                    demo.perMinute,
                    now,
                    now);
            statement.executeBatch();
        }
        return id;
    }

    void key(UUID tenant, UUID consumer, String key, Peppers peppers) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into api_keys (tenant_id, id, consumer_id, pepper_version, hash, hint_start, hint_end,
                    created_at, created_by)
                values (?, ?, ?, ?, ?, ?, ?, ?, 'demo')""")) {
            int version = peppers.currentVersion();
            add(
                    statement,
                    tenant,
                    UuidV7.create(clock),
                    consumer,
                    (short) version,
                    peppers.hmac(version, key),
                    KeyText.hintStart(key),
                    KeyText.hintEnd(key),
                    now);
            statement.executeBatch();
        }
    }

    void people(UUID tenant, DemoPeople people) throws SQLException {
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
    }

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
