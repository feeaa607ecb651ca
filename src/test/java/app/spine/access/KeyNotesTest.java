package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.spine.access.KeyNotes.Column;
import app.spine.http.UuidV7;
import app.spine.tenancy.StopDeadline;
import io.agroal.api.AgroalDataSource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of notes that are many, that cannot be written, or that others follow. */
class KeyNotesTest {

    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
    private static final UUID TENANT = new UUID(0, 7);
    private static final UUID KEY = new UUID(1, 1);

    private final Database database = new Database();
    private final KeyNotes<Seen> notes =
            new KeyNotes<>(database.pool(), "write", List.of(new Column<>("uuid", Seen::keyId)));

    private record Seen(UUID tenantId, UUID keyId, Instant last) implements KeyNotes.Note {}

    @Test
    void writesManyInAFewStatements() throws SQLException {
        for (int i = 0; i < 2_500; i++) {
            add(new UUID(0, i), NOON);
        }
        notes.flush();
        assertThat(database.written).extracting(List::size).containsExactly(1_000, 1_000, 500);
        assertThat(database.written.stream().flatMap(List::stream)).doesNotHaveDuplicates();
        assertThat(notes.waiting()).isZero();
    }

    @Test
    void writesThemInTheOrderOfTenantsAndKeys() throws SQLException {
        List<UUID> keys = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            keys.add(UuidV7.create(Clock.systemUTC()));
        }
        Collections.shuffle(keys, new Random(1));
        UUID before = new UUID(0, 6);
        UUID other = new UUID(9, 9);
        keys.forEach(key -> add(key, NOON));
        notes.add(new Seen(before, other, NOON), (earlier, now) -> now);
        notes.flush();
        assertThat(database.written.stream().flatMap(List::stream))
                .startsWith(other)
                .hasSize(1_501);
        assertThat(database.written.stream().flatMap(List::stream).skip(1))
                .containsExactlyElementsOf(keys.stream().sorted().toList());
    }

    @Test
    void asksForNoConnectionWhereNothingWaits() throws SQLException {
        database.down = true;
        notes.flush();
        assertThat(database.written).isEmpty();
    }

    @Test
    void keepsWhatCannotBeWrittenForTheNextTime() throws SQLException {
        add(KEY, NOON);
        database.down = true;
        assertThatThrownBy(notes::flush).isInstanceOf(SQLTransientConnectionException.class);
        assertThat(notes.waiting()).isEqualTo(1);
        database.down = false;
        notes.flush();
        assertThat(database.written).containsExactly(List.of(KEY));
        assertThat(notes.waiting()).isZero();
    }

    @Test
    void keepsWhatComesWhileItWrites() throws SQLException {
        add(KEY, NOON);
        database.meanwhile = () -> add(KEY, NOON.plusSeconds(5));
        notes.flush();
        assertThat(notes.waiting()).isEqualTo(1);
        assertThat(notes.isNoted(KEY, NOON.plusSeconds(5))).isTrue();
    }

    @Test
    void areWrittenBeforeTheStop() throws Exception {
        add(KEY, NOON);
        List<List<Object>> written = Rounds.firstGood(() -> {
            notes.flushBefore(new StopDeadline());
            return database.written;
        });
        assertThat(written).containsExactly(List.of(KEY));
    }

    @Test
    void areGivenUpAtTheStopWhereTheDatabaseIsAwayOrHangs() throws Exception {
        add(KEY, NOON);
        database.down = true;
        Rounds.firstGood(() -> assertThatThrownBy(() -> notes.flushBefore(new StopDeadline()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("away"));
        database.down = false;
        CompletableFuture<Void> answered = new CompletableFuture<>();
        database.meanwhile = answered::join;
        assertThatThrownBy(() -> notes.flushBefore(new StopDeadline())).isInstanceOf(SQLTimeoutException.class);
        assertThat(notes.waiting()).isEqualTo(1);
        answered.complete(null);
    }

    @Test
    void needsNoOtherNoteWithinASecond() {
        assertThat(notes.isNoted(KEY, NOON)).isFalse();
        add(KEY, NOON);
        assertThat(notes.isNoted(KEY, NOON.plusMillis(999))).isTrue();
        assertThat(notes.isNoted(KEY, NOON.plusMillis(1_000))).isFalse();
        assertThat(notes.isNoted(new UUID(2, 2), NOON)).isFalse();
    }

    private void add(UUID key, Instant at) {
        notes.add(new Seen(TENANT, key, at), (before, now) -> now);
    }

    /** As much of a database as the notes ask for. */
    private static final class Database {

        private final List<List<Object>> written = new ArrayList<>();
        private boolean down;
        private Runnable meanwhile = () -> {};

        AgroalDataSource pool() {
            return as(AgroalDataSource.class, (self, method, arguments) -> {
                if (down) {
                    throw new SQLTransientConnectionException("away");
                }
                return connection();
            });
        }

        private Connection connection() {
            return as(Connection.class, (self, method, arguments) -> switch (method.getName()) {
                case "prepareStatement" -> statement();
                case "createArrayOf" -> as(Array.class, (array, get, none) -> List.of((Object[]) arguments[1]));
                case "close" -> null;
                default -> throw new UnsupportedOperationException(method.getName());
            });
        }

        @SuppressWarnings("unchecked") // what createArrayOf above gave
        private PreparedStatement statement() {
            List<Object> keys = new ArrayList<>();
            return as(PreparedStatement.class, (self, method, arguments) -> {
                switch (method.getName()) {
                    case "setArray" -> {
                        keys.clear();
                        keys.addAll((List<Object>) ((Array) arguments[1]).getArray());
                    }
                    case "execute" -> {
                        written.add(List.copyOf(keys));
                        meanwhile.run();
                        return false;
                    }
                    case "close" -> {}
                    default -> throw new UnsupportedOperationException(method.getName());
                }
                return null;
            });
        }

        private static <T> T as(Class<T> type, InvocationHandler handler) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
        }
    }
}
