package app.spine.access;

import static app.spine.testsupport.Academy.query;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.http.UuidV7;
import app.spine.testsupport.EmbeddedDatabaseResource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows for the request log of one tenant, and what became of them. */
record LogEntries(UUID tenantId) {

    RequestEntry good() {
        return counting(1);
    }

    /** The table refuses a count below one. */
    RequestEntry bad() {
        return counting(0);
    }

    private RequestEntry counting(int count) {
        return at(UuidV7.create(Clock.systemUTC()), count);
    }

    RequestEntry at(UUID id, int count) {
        return new RequestEntry(
                tenantId,
                id,
                Instant.now(),
                null,
                null,
                null,
                "GET",
                "/v1/test",
                null,
                null,
                (short) 200,
                null,
                1,
                0,
                0,
                null,
                "192.0.2.1",
                null,
                null,
                null,
                count);
    }

    long stored() {
        return number("select count(*) from api_requests where tenant_id = ?");
    }

    /** In how many transactions the rows were written: each leaves its id in the rows it wrote. */
    long commits() {
        return number("select count(distinct xmin::text) from api_requests where tenant_id = ?");
    }

    /** Until use is counted from all of them; what is not may not be dropped. */
    void awaitCounted() {
        long deadline = System.nanoTime() + 20_000_000_000L;
        List<Object> counted;
        do {
            query("select count_usage(100000)");
            counted = List.copyOf(query(
                    "select counted_to > (select max(written_in) from api_requests where tenant_id = ?) from api_usage_mark",
                    tenantId));
        } while (!counted.contains(true) && System.nanoTime() < deadline);
        assertThat(counted).containsExactly(true);
    }

    private long number(String sql) {
        @Nullable Object number = query(sql, tenantId).getFirst();
        return number instanceof Long value ? value : -1;
    }

    /** Holds up every writer of the log until it is closed. */
    static Connection holdUp() throws SQLException {
        Connection owner = EmbeddedDatabaseResource.connectAsOwner();
        owner.setAutoCommit(false);
        try (Statement statement = owner.createStatement()) {
            statement.execute("lock table api_requests in share mode");
        }
        return owner;
    }
}
