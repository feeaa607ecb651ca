package app.spine.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.http.TypeId;
import app.spine.testsupport.EmbeddedDatabaseResource;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The row of the request log that an answer names. */
record LoggedRequest(
        UUID tenantId,
        @Nullable UUID consumerId,
        @Nullable UUID keyId,
        @Nullable String operation,
        String method,
        String path,
        int status,
        @Nullable String code,
        String address,
        long bytesOut,
        int count) {

    /** That the answer is not to be stored and has its row, exactly one, with the same status. */
    static LoggedRequest of(Response answer) {
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        LoggedRequest row = named(answer.header("Request-Id"));
        assertThat(row.status).isEqualTo(answer.statusCode());
        return row;
    }

    static UUID id(Response answer) {
        return TypeId.parse("req", answer.header("Request-Id")).orElseThrow();
    }

    static LoggedRequest named(@Nullable String requestId) {
        return require(TypeId.parse("req", requestId).orElseThrow());
    }

    private static LoggedRequest require(UUID id) {
        try (Connection owner = EmbeddedDatabaseResource.connectAsOwner();
                PreparedStatement statement = owner.prepareStatement("select * from api_requests where id = ?")) {
            statement.setObject(1, id);
            try (ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).as("a row %s", id).isTrue();
                LoggedRequest logged = new LoggedRequest(
                        row.getObject("tenant_id", UUID.class),
                        row.getObject("consumer_id", UUID.class),
                        row.getObject("key_id", UUID.class),
                        row.getString("operation"),
                        row.getString("method"),
                        row.getString("path"),
                        row.getInt("status"),
                        row.getString("code"),
                        row.getString("address"),
                        row.getLong("bytes_out"),
                        row.getInt("count"));
                assertThat(row.next()).as("a second row %s", id).isFalse();
                return logged;
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
