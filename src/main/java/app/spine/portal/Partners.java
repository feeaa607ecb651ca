package app.spine.portal;

import app.spine.events.CurrentOrigin;
import app.spine.events.DomainEvent;
import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import app.spine.tenancy.CurrentTenant;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * Lets developers of a partner use the portal for one consumer: an invitation, made by the academy and accepted once by
 * whoever has its code, binds the person by issuer and subject. Every method runs in the transaction that its caller
 * opened.
 */
@ApplicationScoped
public class Partners {

    private static final Duration VALID = Duration.ofDays(7);

    /** Open invitations of one consumer. A partner's team is a handful of people. */
    private static final int MOST_OPEN = 20;

    private static final int CODE_BYTES = 24;

    private static final String INVITE = """
            insert into consumer_invitations (tenant_id, id, consumer_id, hash, created_at, created_by, expires_at)
            select tenant_id, ?, id, ?, ?, ?, ? from api_consumers where tenant_id = ? and id = ?""";

    private static final String OPEN = """
            select count(*) from consumer_invitations
            where tenant_id = ? and consumer_id = ? and accepted_at is null and expires_at > ?""";

    // Two who accept at once wait for each other here, and the second one finds it accepted.
    private static final String ACCEPT = """
            update consumer_invitations
            set accepted_at = ?, accepted_by_issuer = ?, accepted_by_subject = ?
            where tenant_id = ? and hash = ? and accepted_at is null and expires_at > ?
            returning id, consumer_id""";

    private static final String BIND = """
            insert into consumer_partners (tenant_id, id, issuer, subject, consumer_id, invitation_id, name, bound_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (tenant_id, issuer, subject) do nothing""";

    private static final String LIST = """
            select id, issuer, subject, name, bound_at from consumer_partners
            where tenant_id = ? and consumer_id = ? order by id limit ?""";

    private static final String READ = """
            select id, issuer, subject, name, bound_at from consumer_partners
            where tenant_id = ? and consumer_id = ? and id = ?""";

    private static final String UNBIND = """
            delete from consumer_partners where tenant_id = ? and consumer_id = ? and id = ?
            returning id, issuer, subject, name, bound_at""";

    private final AgroalDataSource dataSource;
    private final CurrentTenant tenant;
    private final CurrentOrigin origin;
    private final Event<DomainEvent> events;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Partners(
            AgroalDataSource dataSource,
            CurrentTenant tenant,
            CurrentOrigin origin,
            Event<DomainEvent> events,
            Clock clock) {
        this.dataSource = dataSource;
        this.tenant = tenant;
        this.origin = origin;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Makes an invitation to a consumer.
     *
     * @throws Problem 404, 409 while too many are open
     */
    public NewInvitation invite(String consumerId) throws SQLException {
        UUID consumer = TypeId.parse("consumer", consumerId).orElseThrow(Problem::notFound);
        byte[] bytes = new byte[CODE_BYTES];
        random.nextBytes(bytes);
        String code = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        UUID id = UuidV7.create(clock);
        Instant now = now();
        try (Connection connection = dataSource.getConnection()) {
            refuseMore(connection, consumer, now);
            try (PreparedStatement statement = connection.prepareStatement(INVITE)) {
                statement.setObject(1, id);
                statement.setBytes(2, hash(code));
                statement.setObject(3, at(now));
                statement.setString(4, origin.actor().id());
                statement.setObject(5, at(now.plus(VALID)));
                statement.setObject(6, tenantId());
                statement.setObject(7, consumer);
                if (statement.executeUpdate() == 0) {
                    throw Problem.notFound();
                }
            }
        }
        Invitation invitation = new Invitation(TypeId.format("invitation", id), now, now.plus(VALID));
        events.fire(new PartnerEvent.Invited(consumerId, invitation));
        return new NewInvitation(invitation, code);
    }

    private void refuseMore(Connection connection, UUID consumer, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
            statement.setObject(1, tenantId());
            statement.setObject(2, consumer);
            statement.setObject(3, at(now));
            try (ResultSet row = statement.executeQuery()) {
                if (row.next() && row.getInt(1) >= MOST_OPEN) {
                    throw new Problem(
                            HttpProblem.CONFLICT,
                            "The consumer has " + MOST_OPEN + " invitations that nobody has accepted. Each ends after"
                                    + " seven days.");
                }
            }
        }
    }

    /**
     * Binds a person to the consumer of an invitation; returns the consumer's public id.
     *
     * @throws Problem 404 for a code that is unknown, over or used, 409 for somebody who has a consumer already
     */
    public String accept(String code, Person person) throws SQLException {
        Instant now = now();
        try (Connection connection = dataSource.getConnection()) {
            UUID invitation;
            UUID consumer;
            try (PreparedStatement statement = connection.prepareStatement(ACCEPT)) {
                statement.setObject(1, at(now));
                statement.setString(2, person.issuer());
                statement.setString(3, person.subject());
                statement.setObject(4, tenantId());
                statement.setBytes(5, hash(code));
                statement.setObject(6, at(now));
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        throw new Problem(
                                HttpProblem.NOT_FOUND,
                                "No invitation that is open has this code. Check that it is complete, or ask for another"
                                        + " one: each works once, for seven days.");
                    }
                    invitation = row.getObject("id", UUID.class);
                    consumer = row.getObject("consumer_id", UUID.class);
                }
            }
            return bind(connection, person, invitation, consumer, now);
        }
    }

    private String bind(Connection connection, Person person, UUID invitation, UUID consumer, Instant now)
            throws SQLException {
        UUID id = UuidV7.create(clock);
        try (PreparedStatement statement = connection.prepareStatement(BIND)) {
            statement.setObject(1, tenantId());
            statement.setObject(2, id);
            statement.setString(3, person.issuer());
            statement.setString(4, person.subject());
            statement.setObject(5, consumer);
            statement.setObject(6, invitation);
            statement.setString(7, person.name());
            statement.setObject(8, at(now));
            if (statement.executeUpdate() == 0) {
                throw new Problem(
                        HttpProblem.CONFLICT,
                        "You use the portal for another consumer already, and a person has one. The academy can end that"
                                + " first.");
            }
        }
        String consumerId = TypeId.format("consumer", consumer);
        events.fire(new PartnerEvent.Bound(
                consumerId,
                new Partner(TypeId.format("partner", id), person.issuer(), person.subject(), person.name(), now)));
        return consumerId;
    }

    /** Up to {@code limit} developers of a consumer, in the order of their binding. */
    public List<Partner> list(UUID consumer, int limit) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(LIST)) {
            statement.setObject(1, tenantId());
            statement.setObject(2, consumer);
            statement.setInt(3, limit);
            try (ResultSet row = statement.executeQuery()) {
                List<Partner> partners = new ArrayList<>();
                while (row.next()) {
                    partners.add(read(row));
                }
                return partners;
            }
        }
    }

    /**
     * One developer of a consumer.
     *
     * @throws Problem 404
     */
    public Partner require(String consumerId, String partnerId) throws SQLException {
        return one(READ, consumerId, partnerId);
    }

    /**
     * Ends a binding: with the next request the person may use the portal for the consumer no more.
     *
     * @throws Problem 404
     */
    public void unbind(String consumerId, String partnerId) throws SQLException {
        events.fire(new PartnerEvent.Unbound(consumerId, one(UNBIND, consumerId, partnerId)));
    }

    private Partner one(String sql, String consumerId, String partnerId) throws SQLException {
        UUID consumer = TypeId.parse("consumer", consumerId).orElseThrow(Problem::notFound);
        UUID partner = TypeId.parse("partner", partnerId).orElseThrow(Problem::notFound);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, tenantId());
            statement.setObject(2, consumer);
            statement.setObject(3, partner);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw Problem.notFound();
                }
                return read(row);
            }
        }
    }

    private static Partner read(ResultSet row) throws SQLException {
        return new Partner(
                TypeId.format("partner", row.getObject("id", UUID.class)),
                row.getString("issuer"),
                row.getString("subject"),
                row.getString("name"),
                row.getObject("bound_at", OffsetDateTime.class).toInstant());
    }

    private UUID tenantId() {
        return tenant.require().id();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static byte[] hash(String code) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(code.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
