package app.spine.testsupport;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import app.spine.consumers.Peppers;
import app.spine.http.TypeId;
import app.spine.http.UuidV7;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A fresh academy with its sandbox, made by the owner role, so that tests share nothing. */
public final class Academy {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final UUID id;
    private final UUID sandboxId;

    private Academy(UUID id, UUID sandboxId) {
        this.id = id;
        this.sandboxId = sandboxId;
    }

    /** Opens an academy in Sydney. */
    public static Academy open() {
        return open("Australia/Sydney");
    }

    /** Opens an academy in a zone. */
    public static Academy open(String zone) {
        UUID id = newId();
        UUID sandbox = newId();
        String slug = "a" + id.toString().replace("-", "");
        execute("insert into tenants (id, slug, name, zone) values (?, ?, 'Test Academy', ?)", id, slug, zone);
        execute(
                "insert into tenants (id, slug, name, zone, sandbox_of) values (?, ?, 'Test Sandbox', ?, ?)",
                sandbox,
                slug + "-s",
                zone,
                id);
        return new Academy(id, sandbox);
    }

    /** An academy that is there already, with its sandbox if it has one. */
    public static Academy of(UUID id) {
        return new Academy(
                id,
                query("select id from tenants where sandbox_of = ?", id).stream()
                        .findFirst()
                        .map(UUID.class::cast)
                        .orElse(id));
    }

    public UUID id() {
        return id;
    }

    /** Its short name, as a person's claims have it. */
    public String slug() {
        return (String) query("select slug from tenants where id = ?", id).getFirst();
    }

    public UUID sandboxId() {
        return sandboxId;
    }

    /** A live consumer of this academy holding these scopes, with one key and generous limits. */
    public TestConsumer consumer(String... scopes) {
        return consumer(Environment.LIVE, scopes);
    }

    /** A consumer of this academy holding these scopes, with one key and generous limits. */
    public TestConsumer consumer(Environment environment, String... scopes) {
        UUID consumer = newId();
        execute("""
                insert into api_consumers (tenant_id, id, name, owner_name, owner_email, environment, scopes,
                    burst_requests, burst_seconds, sustained_requests, sustained_seconds, contract_version,
                    created_at, updated_at)
                values (?, ?, 'Test consumer', 'Owner', 'owner@example.com', ?, string_to_array(?, ' '),
                    100000, 1, 1000000, 60, 'v1', now(), now())""", id, consumer, environment.wire(), String.join(" ", scopes));
        return issue(consumer, environment, null, null);
    }

    /** One more key of a consumer, with its optional period. */
    public TestConsumer issue(
            UUID consumer, Environment environment, @Nullable Instant notBefore, @Nullable Instant expiresAt) {
        Peppers peppers = Peppers.parse(
                Objects.requireNonNull(EmbeddedDatabaseResource.properties().get("spine.peppers")));
        String key = KeyText.generate(environment, RANDOM);
        UUID keyId = newId();
        execute(
                """
                insert into api_keys (tenant_id, id, consumer_id, pepper_version, hash, hint_start, hint_end,
                    created_at, created_by, not_before, expires_at)
                values (?, ?, ?, ?, ?, ?, ?, now(), 'test', ?, ?)""",
                id,
                keyId,
                consumer,
                (short) peppers.currentVersion(),
                peppers.hmac(peppers.currentVersion(), key),
                KeyText.hintStart(key),
                KeyText.hintEnd(key),
                notBefore == null ? null : notBefore.atOffset(ZoneOffset.UTC),
                expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC));
        return new TestConsumer(consumer, keyId, key);
    }

    /** A consumer and one of its keys. */
    public record TestConsumer(UUID id, UUID keyId, String key) {

        public String publicId() {
            return TypeId.format("consumer", id);
        }

        public String publicKeyId() {
            return TypeId.format("key", keyId);
        }

        /** For the Authorization header. */
        public String bearer() {
            return "Bearer " + key;
        }
    }

    /** Runs a statement as the owner of the tables. */
    public static int execute(String sql, @Nullable Object... values) {
        try (Connection owner = EmbeddedDatabaseResource.lendAsOwner();
                PreparedStatement statement = owner.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The first column of a query as the owner of the tables, whom row-level security does not bind. */
    public static List<@Nullable Object> query(String sql, @Nullable Object... values) {
        try (Connection owner = EmbeddedDatabaseResource.lendAsOwner();
                PreparedStatement statement = owner.prepareStatement(sql)) {
            bind(statement, values);
            List<@Nullable Object> found = new ArrayList<>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getObject(1));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    private static UUID newId() {
        return UuidV7.create(Clock.systemUTC());
    }
}
