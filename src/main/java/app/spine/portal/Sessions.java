package app.spine.portal;

import app.spine.tenancy.RowLevelSecurity;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The portal's own side of a session: a secret in the browser whose hash is in the database. It says when the person
 * proved itself, which not every provider does, and it ends for good with the sign-out, which a cookie alone would not.
 */
@ApplicationScoped
class Sessions {

    /** Its cookie. It goes nowhere but to the portal, and no script reads it. */
    static final String COOKIE = "spine_session";

    private static final int SECRET_BYTES = 32;

    private static final String START = """
            insert into portal_sessions (tenant_id, hash, issuer, subject, authenticated_at, started_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?)""";

    // A partner's consumer comes along: it is asked for with every page.
    private static final String FIND = RowLevelSecurity.ENTER + """
            ;
            select s.authenticated_at, s.started_at, p.consumer_id, c.scopes
            from portal_sessions s
            left join consumer_partners p
                on p.tenant_id = s.tenant_id and p.issuer = s.issuer and p.subject = s.subject
            left join api_consumers c on c.tenant_id = p.tenant_id and c.id = p.consumer_id
            where s.tenant_id = ? and s.hash = ? and s.issuer = ? and s.subject = ?
                and s.ended_at is null and s.expires_at > ?""";

    private static final String END =
            "update portal_sessions set ended_at = ? where tenant_id = ? and hash = ? and ended_at is null";

    private final AgroalDataSource dataSource;
    private final AgroalDataSource read;
    private final SignInConfig config;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Sessions(AgroalDataSource dataSource, @DataSource("read") AgroalDataSource read, SignInConfig config, Clock clock) {
        this.dataSource = dataSource;
        this.read = read;
        this.config = config;
        this.clock = clock;
    }

    /**
     * A session that has not ended.
     *
     * @param consumerId the consumer that the person is bound to; null where it is bound to none
     * @param scopes that consumer's
     */
    record Session(
            Instant authenticatedAt,
            Instant startedAt,
            @Nullable UUID consumerId,
            Set<String> scopes) {}

    /** Begins one in the transaction that the caller opened; returns the secret for the browser. */
    String start(UUID tenantId, String issuer, String subject, Instant authenticatedAt) throws SQLException {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(START)) {
            statement.setObject(1, tenantId);
            statement.setBytes(2, hash(secret));
            statement.setString(3, issuer);
            statement.setString(4, subject);
            statement.setObject(5, authenticatedAt.atOffset(ZoneOffset.UTC));
            statement.setObject(6, now);
            statement.setObject(7, now.plus(config.sessionLength()));
            statement.executeUpdate();
        }
        return secret;
    }

    /** The session of this secret, if it is this person's and neither over nor ended. */
    Optional<Session> find(UUID tenantId, String secret, String issuer, String subject) throws SQLException {
        try (Connection connection = read.getConnection();
                PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setObject(1, tenantId);
            statement.setObject(2, tenantId);
            statement.setBytes(3, hash(secret));
            statement.setString(4, issuer);
            statement.setString(5, subject);
            statement.setObject(6, clock.instant().atOffset(ZoneOffset.UTC));
            statement.execute();
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                return row.next() ? Optional.of(read(row)) : Optional.empty();
            }
        }
    }

    private static Session read(ResultSet row) throws SQLException {
        UUID consumer = row.getObject("consumer_id", UUID.class);
        return new Session(
                row.getObject("authenticated_at", OffsetDateTime.class).toInstant(),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                consumer,
                consumer == null
                        ? Set.of()
                        : Set.of((String[]) row.getArray("scopes").getArray()));
    }

    /** Ends it for good, in the transaction that the caller opened; whether there was one to end. */
    boolean end(UUID tenantId, String secret) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(END)) {
            statement.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
            statement.setObject(2, tenantId);
            statement.setBytes(3, hash(secret));
            return statement.executeUpdate() == 1;
        }
    }

    /** What a form of this session carries: nobody who cannot read the cookie can make it, and it does not reveal it. */
    static String csrfToken(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal("csrf".getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", e);
        }
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
