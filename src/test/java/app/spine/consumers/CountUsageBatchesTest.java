package app.spine.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** How many rows of the log go into a batch, by how the database took the one before. */
class CountUsageBatchesTest {

    private final List<Object> asked = new ArrayList<>();
    private int left;
    private boolean slow;

    private final CountUsage counting = new CountUsage(database(), Clock.systemUTC());

    @Test
    void growAndAreForgottenByNoTurn() throws SQLException {
        left = 5;
        counting.count();
        assertThat(asked).containsExactly(50_000, 100_000, 200_000, 400_000, 400_000, 400_000);
        asked.clear();
        counting.count();
        assertThat(asked).containsExactly(400_000);
    }

    @Test
    void shrinkWhereTheDatabaseDoesNotAnswerInTimeAndGrowAgain() throws SQLException {
        slow = true;
        for (int turn = 0; turn < 5; turn++) {
            assertThatThrownBy(counting::count).isInstanceOf(SQLTimeoutException.class);
        }
        assertThat(asked).containsExactly(50_000, 25_000, 12_500, 6_250, 5_000);
        assertThat(counting.rest())
                .as("what failed comes again at the next turn")
                .isZero();
        slow = false;
        asked.clear();
        left = 2;
        counting.count();
        assertThat(asked).containsExactly(5_000, 10_000, 20_000);
    }

    private DataSource database() {
        return as(
                DataSource.class,
                (self, method, arguments) -> as(
                        Connection.class,
                        (connection, call, given) -> call.getName().equals("prepareStatement")
                                ? statement(((String) given[0]).contains("count_usage"))
                                : null));
    }

    private PreparedStatement statement(boolean counts) {
        return as(PreparedStatement.class, (self, method, arguments) -> {
            switch (method.getName()) {
                case "setInt" -> asked.add(arguments[1]);
                case "executeQuery" -> {
                    if (slow) {
                        throw new SQLTimeoutException("too slow");
                    }
                    return counts
                            ? row(left-- > 0)
                            : as(ResultSet.class, (row, call, given) -> nothing(call.getName()));
                }
                default -> {
                    // Nothing comes of closing.
                }
            }
            return null;
        });
    }

    private static ResultSet row(boolean more) {
        return as(ResultSet.class, (self, method, arguments) -> switch (method.getName()) {
            case "next" -> true;
            case "getBoolean" -> more;
            default -> null;
        });
    }

    private static @org.jspecify.annotations.Nullable Object nothing(String method) {
        return method.equals("next") ? false : null;
    }

    private static <T> T as(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
